#include "job/shard/look_book.hpp"

#include <cstdlib>
#include <stdexcept>

#include "base/byte_stream.hpp"
#include "media/libav/handles.hpp"

extern "C" {
#include <libavutil/murmur3.h>
}

namespace invisiblur::av {
namespace {

constexpr const char* kKind = "looks 1";

struct FreeMurmur {
    void operator()(AVMurMur3* state) const { av_free(state); }
};

}  // namespace

LookBook::Key LookBook::key_of(const RgbView& picture) {
    const std::unique_ptr<AVMurMur3, FreeMurmur> state(av_murmur3_alloc());
    if (!state) throw std::bad_alloc();
    av_murmur3_init(state.get());
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
    ByteReader file(path, kKind);
    if (const std::string by = file.get_text(); by != detector)
        throw std::runtime_error(path + " holds what another detector saw (" + by + ", not " + detector + "): make it again with this one");
    for (std::size_t n = file.count(sizeof(Key)); n > 0; --n) {
        const Key key = file.get<Key>();
        add(key, file.get_all<Face>());
    }
    file.check_end();
}

void LookBook::save(PendingFile& pending, const std::string& detector) const {
    ByteWriter file(pending, kKind);
    file.put_text(detector);
    file.put<std::uint64_t>(looks_.size());
    for (const auto& [key, faces] : looks_) {
        file.put(key);
        file.put_all(faces);
    }
    file.finish();
}

bool LookBook::is_book(const std::string& path) {
    return ByteReader::is_kind(path, kKind);
}

std::vector<Face> RememberingDetector::detect(const RgbView& picture) {
    const LookBook::Key key = LookBook::key_of(picture);
    const std::vector<Face>* before = known_ ? known_->find(key) : nullptr;
    std::vector<Face> faces = before ? *before : detector_->detect(picture);
    if (noted_) noted_->add(key, faces);
    return faces;
}

}  // namespace invisiblur::av
