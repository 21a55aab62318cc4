#include "job/shard/look_book.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "base/cbor_reader.hpp"
#include "base/cbor_writer.hpp"
#include "media/libav/handles.hpp"

extern "C" {
#include <libavutil/murmur3.h>
}

namespace invisiblur::av {
namespace {

using Json = nlohmann::json;

constexpr const char* kKind = "looks";

struct FreeMurmur {
    void operator()(AVMurMur3* state) const { av_free(state); }
};

Face face_of(const CborValue& value) {
    return {{value.at(0).single(), value.at(1).single(), value.at(2).single(), value.at(3).single()}, value.at(4).single()};
}

}  // namespace

LookBook::Key LookBook::key_of(const RgbView& picture, Kind kind) {
    const std::unique_ptr<AVMurMur3, FreeMurmur> state(av_murmur3_alloc());
    if (!state) throw std::bad_alloc();
    if (kind == Kind::look) {
        av_murmur3_init(state.get());
    } else {
        av_murmur3_init_seeded(state.get(), static_cast<std::uint64_t>(kind));
    }
    const std::int32_t size[] = {picture.width, picture.height};
    av_murmur3_update(state.get(), reinterpret_cast<const std::uint8_t*>(size), sizeof size);
    for (int y = 0; y < picture.height; ++y)
        av_murmur3_update(state.get(), picture.data + y * picture.stride_bytes, static_cast<std::size_t>(picture.width) * 3);
    Key key{};
    av_murmur3_final(state.get(), key.data());
    return key;
}

const std::vector<Face>* LookBook::find(const Key& key) const {
    const auto look = looks_.find(key);
    return look == looks_.end() ? nullptr : &look->second;
}

void LookBook::load(const std::string& path, const std::string& detector) {
    CborReader file(path, kKind);
    if (const std::string by = file.value().at("detector").text(); by != detector)
        throw std::runtime_error(path + " holds what another detector saw (" + by + ", not " + detector + "): make it again with this one");
    for (;;) {
        const CborValue look = file.value();
        if (look.size() == 0) break;
        const CborValue faces = look.at(1);
        Key key{};
        look.check(look.at(0).binary().size() == key.size());
        std::ranges::copy(look.at(0).binary(), key.begin());
        std::vector<Face> seen;
        for (std::size_t i = 0; i < faces.size(); ++i) seen.push_back(face_of(faces.at(i)));
        add(key, std::move(seen));
    }
    file.check_end();
}

void LookBook::save(PendingFile& pending, const std::string& detector) const {
    CborWriter file(pending, kKind);
    file.value({{"detector", detector}});
    for (const auto& [key, faces] : looks_) {
        Json seen = Json::array();
        for (const Face& face : faces) seen.push_back(Json::array({face.box.x, face.box.y, face.box.w, face.box.h, face.score}));
        file.value(Json::array({Json::binary({key.begin(), key.end()}), seen}));
    }
    file.value(Json::array());
    file.finish();
}

bool LookBook::is_book(const std::string& path) {
    return CborReader::is_kind(path, kKind);
}

std::vector<Face> RememberingDetector::answer(const RgbView& picture, LookBook::Kind kind) {
    const LookBook::Key key = LookBook::key_of(picture, kind);
    const std::vector<Face>* before = known_ ? known_->find(key) : nullptr;
    std::vector<Face> faces = before ? *before : kind == LookBook::Kind::glance ? detector_->glance(picture) : detector_->detect(picture);
    if (noted_) noted_->add(key, faces);
    return faces;
}

}  // namespace invisiblur::av
