#include "media/read/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

// How a reader tells the end of a file, and what is broken in it.

namespace invisiblur::av {

/// "" for a file that ends where it should.
std::string Reader::why_ended(int code) const {
    const bool cut = input_.log().contains("File ended prematurely") || input_.log().contains("partial file");
    if (cut) return fmt::format("{} is cut off at {}; take a whole copy", input_.name(), clock_text(position_s_));
    const AVIOContext* io = input_.context().pb;
    if (code == AVERROR_EOF && io && io->error < 0) code = io->error;
    if (code == AVERROR_EOF) return "";
    return fmt::format("cannot read {} after {}: {}", input_.name(), clock_text(position_s_), libav_category().message(code));
}

/// Where reading ends, it may be another stream whose next packet lies nowhere in the file: a demuxer of interleaved tracks goes no farther, though
/// pictures follow. Leaves those streams; once. Returns: whether it did.
bool Reader::leaves_others() {
    if (url_ || left_others_) return false;
    left_others_ = true;
    bool any = false;
    for (unsigned i = 0; i < input_.context().nb_streams; ++i) {
        AVStream& stream = *input_.context().streams[i];
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) continue;
        any = true;
        stream.discard = AVDISCARD_ALL;
    }
    return any;
}

void Reader::note_others_left() {
    const std::string why = "what comes beside the pictures cannot be read on";
    if (!salvage_) throw std::runtime_error(fmt::format("{} is damaged at {}: {}; take a whole copy", input_.name(), clock_text(position_s_), why));
    note_damage(-1, why + ", and is left out from there");
}

/// Tells the end of a file from a file that ends too early.
void Reader::read_packet_end(int code) {
    if (cancel_) throw Cancelled("stopped");
    std::string why = why_ended(code);
    cut_off_ = last_is_broken_ || leaves_rest();
    if (why.empty() && (input_.shortfall() || cut_off_)) why = "the file is cut off";
    if (why.empty()) return;
    const AVIOContext* io = input_.context().pb;
    const bool broke_off = url_ || (io && io->error < 0);  // which the next try may mend: the file itself is whole
    if (!salvage_ || (broke_off && !keeps_rest_)) {
        if (const std::string cut = why_short(); !cut.empty()) throw std::runtime_error(cut + "; take a whole copy");
        throw std::runtime_error(why);
    }
    note_damage(-1, why);
    mark_held_broken();
}

/// Less than a whole picture stands behind the last one, in files of nothing but pictures.
bool Reader::leaves_rest() const {
    const std::string_view name = input_.context().iformat->name;
    if (url_ || last_end_ == 0 || (name != "dv" && name != "yuv4mpegpipe")) return false;
    return avio_size(input_.context().pb) > last_end_;
}

/// Of the file, or of a stream that is copied.
void Reader::note_damage(int stream, const std::string& why) {
    const bool goes_on = !damage_.empty() && damage_.back().stream == stream && damage_.back().why == why;
    if (!goes_on) damage_.push_back({stream, position_s_, position_s_, 0, why});
    damage_.back().end_s = position_s_;
}

std::vector<DamagedStretch> Reader::damage() const {
    std::vector<DamagedStretch> all = damage_;
    for (const auto& decoder : decoders_) std::ranges::copy(decoder->damage(), std::back_inserter(all));
    return all;
}

std::string Reader::why_short() const {
    const auto lack = input_.shortfall();
    if (!lack && !cut_off_) return "";
    const double told_s = input_.context().duration > 0 ? static_cast<double>(input_.context().duration) / AV_TIME_BASE : 0;
    const std::string all = told_s > position_s_ + 0.1 ? " of " + clock_text(told_s) : "";
    return fmt::format("{} is cut off at {}{}: {}", input_.name(), clock_text(position_s_), all, lack ? lack->text() : "its last packet is not whole");
}

/// Whether a packet must not go on as it is. Where the job goes on, what is broken is left out, or blanked by the decoders.
bool Reader::breaks(const AVPacket& packet, const AVStream& stream) {
    if (input_.log().errors() > errors_at_start_) {  // demuxers jump over broken parts and only complain
        if (!salvage_)
            throw std::runtime_error(fmt::format("{} has broken data after {} ({}); take a whole copy", input_.name(), clock_text(position_s_),
                                                 input_.log().last()));
        errors_at_start_ = input_.log().errors();
        note_damage(-1, input_.log().last());
        mark_held_broken();
        for (const auto& decoder : decoders_) decoder->note_damage(input_.log().last());
    }
    if (!(packet.flags & AV_PKT_FLAG_CORRUPT) || is_attached_picture(stream) || stream.discard == AVDISCARD_ALL) return false;
    const char* what = avio_feof(input_.context().pb) != 0 ? "is cut off" : "has a corrupt packet";
    if (!salvage_)
        throw std::runtime_error(fmt::format("{} {} at {} (stream {}); take a whole copy", input_.name(), what, clock_text(position_s_), stream.index));
    if (!video_of(stream.index)) note_damage(stream.index, "a corrupt packet was left out");
    return true;
}

}  // namespace invisiblur::av
