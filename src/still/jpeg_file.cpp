#include "still/jpeg_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "still/jpeg_frame.hpp"
#include "still/jpeg_planes.hpp"
#include "still/layouts.hpp"
#include "still/mpo_file.hpp"
#include "still/touched_blocks.hpp"

namespace invisiblur::still {
namespace {

using namespace std::string_view_literals;

/// "an MP4 film" for what the end of a file holds.
std::string describe_rest(ByteView rest) {
    const std::string size = std::to_string(rest.size()) + " bytes after the picture's end";
    const std::string_view text = text_of(rest);
    if (text.find("ftyp") != std::string_view::npos && text.find("moov") != std::string_view::npos) return "the film of a motion photo (" + size + ")";
    if (text.find("\xFF\xD8\xFF"sv) != std::string_view::npos) return "further pictures (" + size + ")";
    return size;
}

/// Says which kinds of JPEG libjpeg does not know, before it says so less clearly.
void check_process(ByteView bytes, const std::string& name) {
    const auto frame = find_jpeg_frame(bytes);
    if (!frame) return;
    const std::string kind = frame->lossless() ? "lossless JPEG" : frame->hierarchical() ? "hierarchical JPEG" : frame->depth != 8 ? "JPEG of " + std::to_string(frame->depth) + " bits" : "";
    if (!kind.empty()) throw std::runtime_error(name + ": a " + kind + " cannot be worked on: convert it to PNG or TIFF first");
}

/// The parts of the profile in a JPEG's segments, joined; "" where there is none.
Bytes profile_of(JpegReader& jpeg) {
    JOCTET* data = nullptr;
    unsigned size = 0;
    if (!jpeg_read_icc_profile(jpeg.get(), &data, &size)) return {};
    const std::unique_ptr<JOCTET, decltype(&std::free)> freed(data, std::free);
    return Bytes(data, data + size);
}

JBLOCKARRAY access(JpegReader& jpeg, jvirt_barray_ptr blocks, JDIMENSION row, boolean writable) {
    return jpeg->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(jpeg.get()), blocks, row, 1, writable);
}

}  // namespace

JpegFile::JpegFile(Bytes bytes, const Policy& policy, bool keeps_index) : bytes_(std::move(bytes)), name_(policy.name), segments_(policy, keeps_index) {
    check_process(bytes_, name_);
    read(policy);
    segments_.cleaner().tell();
    orientation_ = segments_.cleaner().orientation();
    took_out_ = segments_.cleaner().took_out();
}

void JpegFile::read(const Policy& policy) {
    JpegReader jpeg(bytes_, name_);
    constexpr unsigned kWhole = 0xFFFF;
    jpeg_save_markers(jpeg.get(), JPEG_COM, kWhole);
    for (int i = 0; i < 16; ++i) jpeg_save_markers(jpeg.get(), JPEG_APP0 + i, kWhole);
    jpeg_read_header(jpeg.get(), TRUE);
    check_pixel_count(jpeg->image_width, jpeg->image_height, policy);
    for (const jpeg_marker_struct* m = jpeg->marker_list; m; m = m->next) segments_.add(m->marker, {m->data, m->data_length});
    segments_.finish();
    const bool ycck = jpeg->jpeg_color_space == JCS_YCCK;
    if (ycck || jpeg->jpeg_color_space == JCS_CMYK) inks_ = std::make_unique<JpegInks>(ycck, jpeg->saw_Adobe_marker, profile_of(jpeg));
    source_ = read_planes(jpeg, jpeg_layout(jpeg, name_));
    const ByteView rest = ByteView(bytes_).last(jpeg.bytes_left());
    const bool padding = std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; });
    if (!padding) segments_.cleaner().left_out(describe_rest(rest));
    const ImageView& view = source_.view();
    image_ = inks_ ? inks_->rgb(view) : copy_image(view);
}

Bytes JpegFile::write(std::span<const Rect> hidden) {
    JpegReader source(bytes_, name_);
    jpeg_read_header(source.get(), TRUE);
    jvirt_barray_ptr* blocks = jpeg_read_coefficients(source.get());
    replace_blocks(source, blocks, hidden);
    JpegWriter result(name_);
    jpeg_copy_critical_parameters(source.get(), result.get());
    result->write_JFIF_header = source->saw_JFIF_marker;
    result->write_Adobe_marker = source->saw_Adobe_marker;
    result->restart_interval = source->restart_interval;
    result->arith_code = source->arith_code;
    result->optimize_coding = TRUE;
    if (source->progressive_mode) jpeg_simple_progression(result.get());
    jpeg_write_coefficients(result.get(), blocks);
    for (const JpegSegment& segment : segments_.kept())
        jpeg_write_marker(result.get(), segment.marker, segment.content.data(), static_cast<unsigned>(segment.content.size()));
    jpeg_finish_compress(result.get());
    jpeg_finish_decompress(source.get());
    return result.bytes();
}

/// Blocks that nothing touched keep their coefficients; the others get those of the changed picture under the source's own tables.
void JpegFile::replace_blocks(JpegReader& source, jvirt_barray_ptr* blocks, std::span<const Rect> hidden) {
    OwnedImage changed_inks;
    if (inks_) {
        changed_inks = copy_image(source_.view());
        inks_->put_changes(image_.view(), hidden, changed_inks.view());
    }
    const ImageView& after = inks_ ? changed_inks.view() : image_.view();
    const Bytes changed_bytes = encode_planes(after, source, name_);
    JpegReader changed(changed_bytes, name_);
    jpeg_read_header(changed.get(), TRUE);
    jvirt_barray_ptr* others = jpeg_read_coefficients(changed.get());
    for (int c = 0; c < source->num_components; ++c) {
        const jpeg_component_info& k = source->comp_info[c];
        const TouchedBlocks touched(source_.view(), after, hidden, c);
        for (JDIMENSION y = 0; y < k.height_in_blocks; ++y) {
            JBLOCKROW to = *access(source, blocks[c], y, TRUE), from = *access(changed, others[c], y, FALSE);
            for (JDIMENSION x = 0; x < k.width_in_blocks; ++x)
                if (touched.touched(static_cast<int>(x), static_cast<int>(y))) std::memcpy(to[x], from[x], sizeof(JBLOCK));
        }
    }
}

std::unique_ptr<StillFile> open_jpeg(Bytes bytes, const Policy& policy) {
    if (auto views = open_views(bytes, policy)) return views;
    return std::make_unique<JpegFile>(std::move(bytes), policy, false);
}

}  // namespace invisiblur::still
