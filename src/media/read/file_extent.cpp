#include "media/read/file_extent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "media/bitstream/file_index.hpp"

namespace invisiblur::av {
namespace {

class File {
public:
    explicit File(const std::string& path) : stream_(path, std::ios::binary) {
        std::error_code failed;
        const auto size = std::filesystem::file_size(path, failed);
        if (!failed) size_ = static_cast<std::int64_t>(size);
    }

    std::int64_t size() const { return size_; }

    /// Bytes at a place; those beyond the end are 0.
    std::array<std::uint8_t, 16> at(std::int64_t place) {
        std::array<std::uint8_t, 16> bytes{};
        stream_.clear();
        stream_.seekg(place);
        stream_.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
        return bytes;
    }

    /// What is there of so many bytes at a place.
    std::string text_at(std::int64_t place, std::int64_t bytes) {
        std::string text(static_cast<std::size_t>(bytes), '\0');
        stream_.clear();
        stream_.seekg(place);
        stream_.read(text.data(), bytes);
        text.resize(static_cast<std::size_t>(stream_.gcount()));
        return text;
    }

    std::istream& stream() { return stream_; }

    std::optional<Shortfall> compare(std::int64_t declared) const {
        if (declared <= size_) return std::nullopt;
        return Shortfall{size_, declared};
    }

private:
    std::ifstream stream_;
    std::int64_t size_ = 0;
};

std::uint64_t big(const std::uint8_t* p, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | p[i];
    return value;
}

std::uint64_t little(const std::uint8_t* p, int bytes) {
    std::uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; --i) value = value << 8 | p[i];
    return value;
}

/// A size that some program made up is none.
constexpr std::uint64_t kMost = 1ULL << 62;

std::string_view tag(const std::uint8_t* p) {
    return {reinterpret_cast<const char*>(p), 4};
}

/// An EBML size: the number of leading zero bits gives its length, all ones mean "unknown".
struct EbmlSize {
    int length = 0;
    std::optional<std::int64_t> value;
};

EbmlSize ebml_size(const std::uint8_t* p) {
    const int length = std::countl_zero(p[0]) + 1;
    if (length > 8) return {};
    const std::uint64_t ones = (1ULL << (7 * length)) - 1;
    const std::uint64_t value = big(p, length) & ones;
    if (value == ones) return {length, std::nullopt};
    return {length, static_cast<std::int64_t>(value)};
}

std::optional<Shortfall> matroska(File& file) {
    constexpr std::uint64_t kSegment = 0x18538067;
    const EbmlSize header = ebml_size(file.at(4).data());
    if (!header.value) return std::nullopt;
    const std::int64_t place = 4 + header.length + *header.value;
    const auto bytes = file.at(place);
    if (big(bytes.data(), 4) != kSegment) return std::nullopt;
    const EbmlSize segment = ebml_size(bytes.data() + 4);
    if (!segment.value) return std::nullopt;
    return file.compare(place + 4 + segment.length + *segment.value);
}

bool is_mp4_box(std::string_view name) {
    static constexpr std::array<std::string_view, 18> kNames = {"ftyp", "moov", "mdat", "moof", "free", "skip", "wide", "uuid", "meta",
                                                                "mfra", "sidx", "ssix", "styp", "emsg", "prft", "udta", "pdin", "pnot"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::optional<Shortfall> mp4(File& file) {
    for (std::int64_t place = 0; place + 8 <= file.size();) {
        const auto bytes = file.at(place);
        if (!is_mp4_box(tag(bytes.data() + 4))) return std::nullopt;
        std::uint64_t size = big(bytes.data(), 4);
        if (size == 1) size = big(bytes.data() + 8, 8);
        if (size < 8 || size > kMost) return std::nullopt;
        place += static_cast<std::int64_t>(size);
    // A box that goes beyond the end is the last one that the loop sees.
        if (const auto shortfall = file.compare(place)) return shortfall;
    }
    return std::nullopt;
}

std::optional<Shortfall> avi(File& file) {
    constexpr std::uint64_t kUnfinished = 0x7fffff00;  // what programs write that do not know yet
    for (std::int64_t place = 0; place + 8 <= file.size();) {
        const auto bytes = file.at(place);
        const std::uint64_t size = little(bytes.data() + 4, 4);
        if (tag(bytes.data()) != "RIFF" || size == 0 || size >= kUnfinished) return std::nullopt;
        if (const auto shortfall = file.compare(place + 8 + static_cast<std::int64_t>(size))) return shortfall;
        place += 8 + static_cast<std::int64_t>(size + (size & 1));
    }
    return std::nullopt;
}

/// The size in the properties object (ASF specification 3.2), which a broadcast leaves open.
std::optional<Shortfall> asf(File& file) {
    constexpr std::string_view kProperties("\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65", 16);
    constexpr std::int64_t kSearched = 1 << 16, kSizeAt = 40, kFlagsAt = 88;
    const auto found = file.text_at(0, kSearched).find(kProperties);
    if (found == std::string::npos) return std::nullopt;
    const auto place = static_cast<std::int64_t>(found);
    const std::uint64_t size = little(file.at(place + kSizeAt).data(), 8), flags = little(file.at(place + kFlagsAt).data(), 4);
    if (flags & 1 || size > kMost) return std::nullopt;
    return file.compare(static_cast<std::int64_t>(size));
}

/// The size that writers leave in the metadata, a number of 8 bytes after its name.
std::optional<Shortfall> flv(File& file) {
    constexpr std::int64_t kSearched = 1 << 12;
    constexpr std::string_view kName("\0\x8" "filesize\0", 11);
    const auto found = file.text_at(0, kSearched).find(kName);
    if (found == std::string::npos) return std::nullopt;
    const auto size = std::bit_cast<double>(big(file.at(static_cast<std::int64_t>(found + kName.size())).data(), 8));
    if (!(size > 0 && size < 1e18)) return std::nullopt;
    return file.compare(static_cast<std::int64_t>(size));
}

/// Where the first partition says that the last one lies (SMPTE 377).
std::optional<Shortfall> mxf(File& file) {
    constexpr std::int64_t kLengthAt = 16, kFooterAt = 24;
    const std::uint8_t first = file.at(kLengthAt)[0];
    const std::int64_t value = kLengthAt + 1 + (first < 0x80 ? 0 : first & 0x7F);
    const std::uint64_t footer = big(file.at(value + kFooterAt).data(), 8);
    if (footer == 0 || footer > kMost) return std::nullopt;
    return file.compare(static_cast<std::int64_t>(footer));
}

/// The last page that has begun: a header of 27 bytes, a table of lengths, and what they add up to (RFC 3533).
std::optional<Shortfall> ogg(File& file) {
    constexpr std::int64_t kLongestPage = 65307;
    constexpr std::size_t kHead = 27;
    const std::int64_t start = std::max<std::int64_t>(0, file.size() - kLongestPage);
    const std::string end = file.text_at(start, kLongestPage);
    const auto page = end.rfind("OggS");
    if (page == std::string::npos) return std::nullopt;
    std::int64_t size = kHead;
    if (page + kHead <= end.size()) {
        const std::size_t lengths = static_cast<std::uint8_t>(end[page + kHead - 1]);
        size += static_cast<std::int64_t>(lengths);
        for (std::size_t i = page + kHead; i < std::min(end.size(), page + kHead + lengths); ++i) size += static_cast<std::uint8_t>(end[i]);
    }
    return file.compare(start + static_cast<std::int64_t>(page) + size);
}

/// Chunks with names and sizes, the sizes of which libav writes some bytes too large.
std::optional<Shortfall> real_media(File& file) {
    constexpr std::int64_t kSlack = 32;
    constexpr std::array<std::string_view, 6> kNames = {".RMF", "PROP", "CONT", "MDPR", "DATA", "INDX"};
    for (std::int64_t place = 0; place + 8 <= file.size();) {
        const auto bytes = file.at(place);
        const auto size = static_cast<std::int64_t>(big(bytes.data() + 4, 4));
        if (std::ranges::find(kNames, tag(bytes.data())) == kNames.end() || size < 8) return std::nullopt;
        place += size;
        if (place > file.size() + kSlack) return file.compare(place);
    }
    return std::nullopt;
}

/// Behind the last picture stands a list of places; a file without any picture has none.
std::optional<Shortfall> nut(File& file) {
    constexpr std::string_view kPlace("\x4E\x4B\xE4\xAD\xEE\xCA\x45\x69", 8);
    constexpr std::int64_t kSearched = 1 << 16;
    if (has_nut_index(file.stream()) || file.text_at(0, kSearched).find(kPlace) == std::string::npos) return std::nullopt;
    return Shortfall{file.size(), 0};
}

/// The last byte is a semicolon, or some zeros more are there.
std::optional<Shortfall> gif(File& file) {
    constexpr std::int64_t kSearched = 1 << 10;
    const std::int64_t start = std::max<std::int64_t>(0, file.size() - kSearched);
    const std::string end = file.text_at(start, kSearched);
    const auto last = end.find_last_not_of('\0');
    if (last != std::string::npos && end[last] == ';') return std::nullopt;
    return Shortfall{file.size(), 0};
}

std::optional<Shortfall> transport_stream(File& file, int packet, int sync) {
    for (int i = 0; i < 4; ++i)
        if (file.at(std::int64_t(i) * packet + sync)[0] != 0x47) return std::nullopt;
    return file.compare((file.size() + packet - 1) / packet * packet);
}

}  // namespace

std::string Shortfall::text() const {
    if (declared_bytes == 0) return fmt::format("it holds {} bytes and lacks what stands at the end of a whole one", present_bytes);
    return fmt::format("it holds {} of the {} bytes that its headers declare", present_bytes, declared_bytes);
}

std::optional<Shortfall> find_shortfall(const std::string& path) {
    constexpr std::uint64_t kAsfHeader = 0x3026B2758E66CF11, kMxfPartition = 0x060E2B3402050101;
    File file(path);
    const auto start = file.at(0);
    const std::uint64_t key = big(start.data(), 8);
    if (key == kAsfHeader) return asf(file);
    if (key == kMxfPartition) return mxf(file);
    if (tag(start.data()).starts_with("FLV")) return flv(file);
    if (tag(start.data()).starts_with("FWS")) return file.compare(static_cast<std::int64_t>(little(start.data() + 4, 4)));
    if (tag(start.data()) == "OggS") return ogg(file);
    if (tag(start.data()) == ".RMF") return real_media(file);
    if (tag(start.data()) == "nut/") return nut(file);
    if (tag(start.data()) == "GIF8") return gif(file);
    if (big(start.data(), 4) == 0x1A45DFA3) return matroska(file);
    if (is_mp4_box(tag(start.data() + 4))) return mp4(file);
    if (tag(start.data()) == "RIFF" && tag(start.data() + 8) == "AVI ") return avi(file);
    if (start[0] == 0x47) return transport_stream(file, 188, 0);
    if (start[4] == 0x47) return transport_stream(file, 192, 4);
    return std::nullopt;
}

}  // namespace invisiblur::av
