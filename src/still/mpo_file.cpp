#include "still/mpo_file.hpp"

#include "still/jpeg_file.hpp"
#include "still/jpeg_frame.hpp"
#include "still/layouts.hpp"
#include "still/mpf_index.hpp"

namespace invisiblur::still {
namespace {

class MpoFile : public StillFile {
public:
    MpoFile(const Bytes& bytes, const Policy& policy, std::vector<MpfIndex::Entry> entries, std::vector<std::size_t> kept)
        : bytes_(bytes), policy_(policy), entries_(std::move(entries)), kept_(std::move(kept)) {
        MetadataCleaner cleaner(policy_);
        const std::size_t others = entries_.size() - kept_.size(), end = entries_.back().offset + entries_.back().size;
        if (others > 0) cleaner.left_out(std::to_string(others) + (others == 1 ? " further picture" : " further pictures"));
        if (end < bytes_.size()) cleaner.left_out(std::to_string(bytes_.size() - end) + " bytes after the last picture");
        cleaner.tell();
        took_out_ = cleaner.took_out();
        open_view();
    }

    std::string codec() const override { return "jpeg"; }

    int pages() const override { return static_cast<int>(kept_.size()); }

    void next_page(std::span<const Rect> hidden) override {
        keep_view(hidden);
        open_view();
    }

    Bytes write(std::span<const Rect> hidden) override {
        keep_view(hidden);
        std::vector<std::size_t> sizes;
        for (const Bytes& view : made_) sizes.push_back(view.size());
        MpfIndex::rewrite(made_.front(), kept_, sizes);
        Bytes result;
        for (const Bytes& view : made_) append(result, view);
        return result;
    }

private:
    void open_view() {
        const MpfIndex::Entry& entry = entries_[kept_[made_.size()]];
        const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(entry.offset);
        view_ = std::make_unique<JpegFile>(Bytes(begin, begin + static_cast<std::ptrdiff_t>(entry.size)), policy_, true);
        orientation_ = view_->orientation();
        took_out_ = took_out_ || view_->took_out();
        image_ = copy_image(view_->pixels());
    }

    void keep_view(std::span<const Rect> hidden) {
        copy_samples(image_.view(), view_->pixels());
        made_.push_back(view_->write(hidden));
    }

    Bytes bytes_;
    Policy policy_;
    std::vector<MpfIndex::Entry> entries_;
    std::vector<std::size_t> kept_;  ///< numbers of the entries that are views
    std::unique_ptr<JpegFile> view_;
    std::vector<Bytes> made_;
};

/// Brightness maps of HDR photos stand in such lists, too; they show the face and are no pictures.
bool is_map(ByteView jpeg) {
    const std::string_view text = text_of(jpeg);
    for (const char* word : {"hdrgm:", "hdrgainmap", "HDRGainMap", "urn:iso:std:iso:ts:21496"})
        if (text.find(word) != std::string_view::npos) return true;
    return false;
}

/// What says nothing of itself is a view where it is as large as the main picture.
bool is_view(ByteView file, const MpfIndex::Entry& entry, const MpfIndex::Entry& main) {
    using Kind = MpfIndex::Entry::Kind;
    if (entry.kind() != Kind::unsaid) return entry.kind() == Kind::view;
    const ByteView jpeg = file.subspan(entry.offset, entry.size);
    const auto own = find_jpeg_frame(jpeg), mains = find_jpeg_frame(file.subspan(main.offset, main.size));
    return own && mains && own->width == mains->width && own->height == mains->height && !is_map(jpeg);
}

}  // namespace

std::unique_ptr<StillFile> open_views(const Bytes& bytes, const Policy& policy) {
    const auto index = MpfIndex::find(bytes);
    if (!index) return nullptr;
    std::vector<std::size_t> kept{0};
    for (std::size_t i = 1; i < index->entries().size(); ++i)
        if (is_view(bytes, index->entries()[i], index->entries()[0])) kept.push_back(i);
    if (kept.size() < 2) return nullptr;
    return std::make_unique<MpoFile>(bytes, policy, index->entries(), kept);
}

}  // namespace invisiblur::still
