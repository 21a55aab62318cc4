#include "media/bitstream/file_index.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace invisiblur::av {
namespace {

constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();

/// Reads numbers; past the end they are 0 and good() is false.
class Numbers {
public:
    explicit Numbers(std::istream& file) : file_(file) {
        file_.clear();
        file_.seekg(0, std::ios::end);
        end_ = file_.tellg();
        file_.seekg(0);
    }

    bool good() const { return file_.good(); }
    std::int64_t at() { return file_.tellg(); }
    std::int64_t end() const { return end_; }

    void go_to(std::int64_t place) {
        if (place > end_ || place < 0) file_.setstate(std::ios::failbit);
        else file_.seekg(place);
    }

    std::uint64_t big(int bytes) {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) value = value << 8 | byte();
        return value;
    }

    std::uint64_t little(int bytes) {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) value |= std::uint64_t(byte()) << 8 * i;
        return value;
    }

    std::array<std::uint8_t, 16> key() {
        std::array<std::uint8_t, 16> bytes{};
        for (std::uint8_t& b : bytes) b = byte();
        return bytes;
    }

private:
    std::uint8_t byte() {
        const int c = file_.get();
        return c < 0 ? 0 : static_cast<std::uint8_t>(c);
    }

    std::istream& file_;
    std::int64_t end_ = 0;
};

constexpr std::uint32_t kSegment = 0x18538067, kCues = 0x1C53BB6B, kCuePoint = 0xBB, kCueTime = 0xB3;

struct Element {
    std::uint32_t id = 0;
    std::int64_t begin = 0, end = 0;  ///< of what it holds
};

/// The number of bytes by the place of the first one-bit; 0 for none in 8.
int ebml_length(std::uint8_t first) {
    for (int length = 1; length <= 8; ++length)
        if (first & 0x80 >> (length - 1)) return length;
    return 0;
}

/// The element at a place within one that ends at `limit` (RFC 8794).
std::optional<Element> element_at(Numbers& file, std::int64_t place, std::int64_t limit) {
    file.go_to(place);
    if (place >= limit || !file.good()) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(file.big(1));
    const int id_bytes = ebml_length(first);
    if (id_bytes == 0 || id_bytes > 4) return std::nullopt;
    Element element;
    element.id = static_cast<std::uint32_t>(std::uint64_t(first) << 8 * (id_bytes - 1) | file.big(id_bytes - 1));
    const auto second = static_cast<std::uint8_t>(file.big(1));
    const int size_bytes = ebml_length(second);
    if (size_bytes == 0) return std::nullopt;
    const std::uint64_t mask = (std::uint64_t(1) << 7 * size_bytes) - 1;
    const std::uint64_t size = (std::uint64_t(second) << 8 * (size_bytes - 1) | file.big(size_bytes - 1)) & mask;
    element.begin = file.at();
    if (!file.good()) return std::nullopt;
    const bool open = size == mask || size > std::uint64_t(limit - element.begin);
    element.end = open ? limit : element.begin + static_cast<std::int64_t>(size);
    return element;
}

std::optional<Element> child(Numbers& file, const Element& parent, std::uint32_t id) {
    std::optional<Element> element;
    for (std::int64_t place = parent.begin; (element = element_at(file, place, parent.end)); place = element->end)
        if (element->id == id) return element;
    return std::nullopt;
}

constexpr std::array<std::uint8_t, 16> kAsfIndex = {0x90, 0x08, 0x00, 0x33, 0xB1, 0xE5, 0xCF, 0x11, 0x89, 0xF4, 0x00, 0xA0, 0xC9, 0x03, 0x49, 0xCB};
constexpr std::array<std::uint8_t, 16> kMxfIndex = {0x06, 0x0E, 0x2B, 0x34, 0x02, 0x53, 0x01, 0x01, 0x0D, 0x01, 0x02, 0x01, 0x01, 0x10, 0x01, 0x00};

/// A length as MXF has it (BER).
std::int64_t mxf_length(Numbers& file) {
    const std::uint64_t first = file.big(1);
    return static_cast<std::int64_t>(first < 0x80 ? first : file.big(static_cast<int>(std::min<std::uint64_t>(first & 0x7F, 8))));
}

/// One index table segment, a set of tags of 2 bytes with lengths of 2.
std::int64_t mxf_segment_pictures(Numbers& file, std::int64_t end) {
    constexpr std::uint64_t kUnitBytes = 0x3F05, kEntries = 0x3F0A;
    std::int64_t pictures = 0;
    while (file.good() && file.at() + 4 <= end) {
        const std::uint64_t tag = file.big(2), size = file.big(2);
        const std::int64_t next = file.at() + static_cast<std::int64_t>(size);
        if (tag == kUnitBytes && file.big(4) > 0) return kUnknown;
        if (tag == kEntries) pictures = static_cast<std::int64_t>(file.big(4));
        if (tag == 0) break;
        file.go_to(next);
    }
    return pictures;
}

}  // namespace

std::vector<std::int64_t> matroska_cues(std::istream& stream) {
    Numbers file(stream);
    std::vector<std::int64_t> times;
    const auto segment = child(file, {0, 0, file.end()}, kSegment);
    const auto cues = segment ? child(file, *segment, kCues) : std::nullopt;
    if (!cues) return times;
    std::optional<Element> point;
    for (std::int64_t place = cues->begin; (point = element_at(file, place, cues->end)); place = point->end) {
        const auto time = point->id == kCuePoint ? child(file, *point, kCueTime) : std::nullopt;
        if (!time || time->end - time->begin > 8) continue;
        file.go_to(time->begin);
        times.push_back(static_cast<std::int64_t>(file.big(static_cast<int>(time->end - time->begin))));
    }
    return times;
}

std::int64_t asf_index_entries(std::istream& stream) {
    constexpr std::int64_t kHead = 24, kBeforeCount = 28;  // key and size; then a file's id, an interval and a most
    Numbers file(stream);
    std::int64_t entries = 0;
    for (std::int64_t place = 0; place + kHead <= file.end();) {
        file.go_to(place);
        const bool index = file.key() == kAsfIndex;
        const auto size = static_cast<std::int64_t>(file.little(8));
        if (!file.good() || size < kHead) break;
        if (index) {
            file.go_to(place + kHead + kBeforeCount);
            entries += static_cast<std::int64_t>(file.little(4));
        }
        place += size;
    }
    return entries;
}

std::int64_t mxf_indexed_pictures(std::istream& stream) {
    Numbers file(stream);
    std::int64_t pictures = 0;
    while (file.good() && file.at() + 17 <= file.end()) {
        const bool index = file.key() == kMxfIndex;
        const std::int64_t length = mxf_length(file);
        const std::int64_t end = file.at() + length;
        if (!file.good() || length < 0 || end > file.end()) break;
        const std::int64_t told = index ? mxf_segment_pictures(file, end) : 0;
        if (told == kUnknown) return kUnknown;
        pictures += told;
        file.go_to(end);
    }
    return pictures;
}

bool has_nut_index(std::istream& stream) {
    constexpr std::uint64_t kStart = 0x4E58DD672F23E64E;
    constexpr std::int64_t kTail = 12;  // how far the index lies before the end, and a checksum
    Numbers file(stream);
    file.go_to(file.end() - kTail);
    const std::uint64_t before_end = file.big(8);
    if (!file.good() || before_end > static_cast<std::uint64_t>(file.end())) return false;
    file.go_to(file.end() - static_cast<std::int64_t>(before_end));
    return file.big(8) == kStart;
}

}  // namespace invisiblur::av
