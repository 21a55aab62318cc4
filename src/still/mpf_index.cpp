#include "still/mpf_index.hpp"

#include <stdexcept>
#include <string_view>

namespace invisiblur::still {
namespace {

constexpr std::string_view kMpf("MPF\0", 4);
constexpr std::uint32_t kNumberOfImages = 0xB001, kEntries = 0xB002, kIds = 0xB003;
constexpr std::size_t kEntryBytes = 16, kIdBytes = 33, kFieldBytes = 12;
/// Cameras write two to some dozens.
constexpr std::uint32_t kMostPictures = 1000;

}  // namespace

std::uint32_t MpfIndex::number(ByteView file, std::size_t at, int bytes) const {
    if (big_) return big_endian(file, at, bytes);
    std::uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; --i) value = value << 8 | file[at + static_cast<std::size_t>(i)];
    return value;
}

void MpfIndex::set_number(Bytes& file, std::size_t at, std::uint32_t value, int bytes) const {
    for (int i = 0; i < bytes; ++i) file[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> 8 * (big_ ? bytes - 1 - i : i));
}

std::optional<MpfIndex> MpfIndex::find(ByteView file) {
    for (std::size_t at = 2; at + 4 <= file.size() && file[at] == 0xFF;) {
        const int marker = file[at + 1];
        if (marker == 0xDA) break;  // the picture's data
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        const std::size_t end = at + 2 + big_endian(file, at + 2, 2);
        if (end < at + 4 || end > file.size()) break;  // a length counts itself
        MpfIndex index;
        if (marker == 0xE2 && starts_with(file.subspan(at + 4, end - at - 4), kMpf) && index.read_fields(file, at + 4 + kMpf.size(), end) && index.read_entries(file)) return index;
        at = end;
    }
    return std::nullopt;
}

bool MpfIndex::read_fields(ByteView file, std::size_t base, std::size_t end) {
    if (base + 8 > end) return false;
    base_ = base;
    big_ = file[base] == 'M';
    const std::size_t directory = base + number(file, base + 4, 4);
    if (directory + 2 > end) return false;
    const std::uint32_t fields = number(file, directory, 2);
    for (std::uint32_t i = 0; i < fields; ++i) {
        const std::size_t at = directory + 2 + kFieldBytes * i;
        if (at + kFieldBytes > end) return false;
        const std::uint32_t tag = number(file, at, 2), count = number(file, at + 4, 4);
        if (tag == kNumberOfImages) number_ = {at, count, at + 8};
        if (tag == kEntries) list_ = {at, count, base + number(file, at + 8, 4)};
        if (tag == kIds) ids_ = {at, count, base + number(file, at + 8, 4)};
    }
    return number_.at != 0 && list_.at != 0 && list_.value + list_.count <= end && (ids_.at == 0 || ids_.value + ids_.count <= end);
}

bool MpfIndex::read_entries(ByteView file) {
    const std::uint32_t pictures = number(file, number_.value, 4);
    if (pictures < 2 || pictures > kMostPictures || list_.count != kEntryBytes * pictures) return false;
    if (ids_.at != 0 && ids_.count != kIdBytes * pictures) return false;
    for (std::uint32_t i = 0; i < pictures; ++i) {
        const std::size_t at = list_.value + kEntryBytes * i;
        const std::uint32_t offset = number(file, at + 8, 4);
        const Entry entry{number(file, at, 4), offset == 0 ? 0 : base_ + offset, number(file, at + 4, 4), at};
        const bool inside = entry.offset <= file.size() && entry.size <= file.size() - entry.offset;
        const bool jpeg = inside && starts_with(file.subspan(entry.offset), "\xFF\xD8");
        const bool follows = entries_.empty() ? entry.is_main() : entry.offset >= entries_.back().offset + entries_.back().size;
        if (!jpeg || !follows) return false;
        entries_.push_back(entry);
    }
    return true;
}

void MpfIndex::rewrite(Bytes& jpeg, const std::vector<std::size_t>& kept, const std::vector<std::size_t>& sizes) {
    // Its entries name other sizes than these by now, so that they are not asked.
    MpfIndex index;
    bool found = false;
    for (std::size_t at = 2; at + 4 <= jpeg.size() && jpeg[at] == 0xFF && jpeg[at + 1] != 0xDA;) {
        const std::size_t end = at + 2 + big_endian(jpeg, at + 2, 2);
        const bool mpf = jpeg[at + 1] == 0xE2 && end >= at + 4 && end <= jpeg.size() && starts_with(ByteView(jpeg).subspan(at + 4), kMpf);
        found = mpf && index.read_fields(jpeg, at + 4 + kMpf.size(), end);
        if (found) break;
        at = end;
    }
    if (!found || kept.empty() || (kept.back() + 1) * kEntryBytes > index.list_.count) throw std::runtime_error("the list of an MPO's pictures is lost");
    const bool all = kept.size() * kEntryBytes == index.list_.count;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const std::size_t from = index.list_.value + kEntryBytes * kept[i], to = index.list_.value + kEntryBytes * i;
        std::copy_n(jpeg.begin() + static_cast<std::ptrdiff_t>(from), kEntryBytes, jpeg.begin() + static_cast<std::ptrdiff_t>(to));
        index.set_number(jpeg, to + 4, static_cast<std::uint32_t>(sizes[i]), 4);
        index.set_number(jpeg, to + 8, i == 0 ? 0 : static_cast<std::uint32_t>(offset - index.base_), 4);
        if (!all) index.set_number(jpeg, to + 12, 0, 4);  // numbers of pictures that it depends on
        if (index.ids_.at != 0)
            std::copy_n(jpeg.begin() + static_cast<std::ptrdiff_t>(index.ids_.value + kIdBytes * kept[i]), kIdBytes,
                        jpeg.begin() + static_cast<std::ptrdiff_t>(index.ids_.value + kIdBytes * i));
        offset += sizes[i];
    }
    index.set_number(jpeg, index.number_.value, static_cast<std::uint32_t>(kept.size()), 4);
    index.set_number(jpeg, index.list_.at + 4, static_cast<std::uint32_t>(kEntryBytes * kept.size()), 4);
    if (index.ids_.at != 0) index.set_number(jpeg, index.ids_.at + 4, static_cast<std::uint32_t>(kIdBytes * kept.size()), 4);
}

}  // namespace invisiblur::still
