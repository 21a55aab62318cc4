#include "media/read/file_extent.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <fstream>
#include <string_view>

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

std::uint64_t little32(const std::uint8_t* p) {
    return std::uint64_t(p[3]) << 24 | std::uint64_t(p[2]) << 16 | std::uint64_t(p[1]) << 8 | p[0];
}

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
        if (size < 8 || size > (1ULL << 62)) return std::nullopt;
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
        const std::uint64_t size = little32(bytes.data() + 4);
        if (tag(bytes.data()) != "RIFF" || size == 0 || size >= kUnfinished) return std::nullopt;
        if (const auto shortfall = file.compare(place + 8 + static_cast<std::int64_t>(size))) return shortfall;
        place += 8 + static_cast<std::int64_t>(size + (size & 1));
    }
    return std::nullopt;
}

std::optional<Shortfall> transport_stream(File& file, int packet, int sync) {
    for (int i = 0; i < 4; ++i)
        if (file.at(std::int64_t(i) * packet + sync)[0] != 0x47) return std::nullopt;
    return file.compare((file.size() + packet - 1) / packet * packet);
}

}  // namespace

std::optional<Shortfall> find_shortfall(const std::string& path) {
    File file(path);
    const auto start = file.at(0);
    if (big(start.data(), 4) == 0x1A45DFA3) return matroska(file);
    if (is_mp4_box(tag(start.data() + 4))) return mp4(file);
    if (tag(start.data()) == "RIFF" && tag(start.data() + 8) == "AVI ") return avi(file);
    if (start[0] == 0x47) return transport_stream(file, 188, 0);
    if (start[4] == 0x47) return transport_stream(file, 192, 4);
    return std::nullopt;
}

}  // namespace invisiblur::av
