#include "job/cover_maker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "job/still_pass.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/metadata.hpp"
#include "media/read/video_decoder.hpp"
#include "media/write/encoder.hpp"
#include "options/hidden_classes.hpp"
#include "pipeline/erased_frame.hpp"
#include "pipeline/face_stage.hpp"
#include "pipeline/frame_picture.hpp"

namespace invisiblur::av {
namespace {

/// A cover is one picture: no plate, no tracks, no rectangles of the video's.
Options cover_options(const Options& options) {
    Options one = options;
    one.plate = "none";
    one.tracks.clear();
    one.save_tracks.clear();
    one.save_plate.clear();
    one.only_tracks.clear();
    one.except_tracks.clear();
    one.regions.clear();
    one.keep_regions.clear();
    one.video_codec.clear();
    one.encoder_options.clear();
    one.preset.clear();
    one.bit_rate.clear();
    one.crf = -1;
    one.hash = false;
    one.analyse_only = false;
    one.expect_faces = 0;
    one.verify = false;
    return one;
}

FramePtr decode_cover(const AVStream& stream, const Options& options) {
    VideoDecoder decoder(stream, {1, 1}, options, "the cover picture");
    decoder.send(&stream.attached_pic);
    decoder.send(nullptr);
    auto frame = decoder.receive();
    if (!frame) throw std::runtime_error(fmt::format("stream {}: the cover picture cannot be decoded; --drop attachment leaves it out", stream.index));
    return std::move(*frame);
}

FrameRecord analyse_cover(const AVFrame& frame, const Options& options, const StreamShape& shape) {
    const auto stage = make_live_stage(options, shape);
    stage->push(make_picture(make_frame_reference(frame)));
    stage->finish();
    auto analysed = stage->pop();
    if (!analysed) throw std::logic_error("the analysis lost a cover picture");
    return std::move(*analysed);
}

PacketPtr encode_cover(FramePtr frame, Encoder& encoder) {
    encoder.send(std::move(frame));
    encoder.finish();
    auto packet = encoder.receive();
    if (!packet) throw std::runtime_error("the cover picture's encoder gave nothing");
    return std::move(*packet);
}

/// Files of pictures that are worked on as such: attached ones of Matroska, covers in JPEG and PNG.
bool is_picture_file(still::Kind kind) {
    return kind != still::Kind::none && kind != still::Kind::refused;
}

still::Bytes bytes_of(const AVStream& stream) {
    const AVCodecParameters& par = *stream.codecpar;
    if (par.codec_type == AVMEDIA_TYPE_ATTACHMENT) return still::Bytes(par.extradata, par.extradata + std::max(0, par.extradata_size));
    return still::Bytes(stream.attached_pic.data, stream.attached_pic.data + stream.attached_pic.size);
}

PacketPtr make_packet_of(const still::Bytes& bytes) {
    PacketPtr packet = make_packet();
    check(av_new_packet(packet.get(), static_cast<int>(bytes.size())), "cannot allocate memory");
    std::copy(bytes.begin(), bytes.end(), packet->data);
    packet->pts = packet->dts = 0;
    packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
}

Cover make_still_cover(const AVStream& stream, still::Kind kind, still::Bytes bytes, const Options& options, const Warn& warn) {
    const std::string name = fmt::format("stream {} ({} picture)", stream.index, is_attached_picture(stream) ? "cover" : "attached");
    const std::atomic<bool> never{false};
    Cover cover;
    cover.source = stream.index;
    cover.parameters.reset(not_null(avcodec_parameters_alloc()));
    check(avcodec_parameters_copy(cover.parameters.get(), stream.codecpar), "cannot describe a cover picture");
    cover.packet = make_packet_of(process_still(kind, std::move(bytes), name, options, warn, never, nullptr).file);
    return cover;
}

Cover make_cover(const AVStream& stream, const Options& options) {
    VideoStream video;
    video.index = stream.index;
    video.time_base = {1, 25};
    video.first = decode_cover(stream, options);
    video.shape = {video.first->width, video.first->height, 0, 1, 25, 25};
    Cover cover;
    cover.source = stream.index;
    cover.parameters.reset(not_null(avcodec_parameters_alloc()));
    const FrameRecord analysed = analyse_cover(*video.first, options, video.shape);
    const Compositor compositor(options, video.shape);
    if (!compositor.needs_erasing(analysed)) {
        check(avcodec_parameters_copy(cover.parameters.get(), stream.codecpar), "cannot describe a cover picture");
        cover.packet = make_packet_reference(stream.attached_pic);
        return cover;
    }
    const auto format = static_cast<AVPixelFormat>(video.first->format);
    Encoder encoder(choose_encoder("", stream.codecpar->codec_id, format, {video.first->width, video.first->height}, nullptr), stream, video, options, nullptr);
    FramePool frames;
    cover.packet = encode_cover(erased_frame(compositor, analysed, frames), encoder);
    cover.packet->pts = cover.packet->dts = 0;
    check(avcodec_parameters_from_context(cover.parameters.get(), &encoder.context()), "cannot describe a cover picture");
    return cover;
}

}  // namespace

std::vector<Cover> make_covers(const AVFormatContext& source, const AVOutputFormat& container, const Options& options, const Warn& warn) {
    std::vector<Cover> covers;
    if (drops(options, "attachment")) return covers;
    const auto leave_out = [&](unsigned i, const std::string& why, const std::string& advice) {
        const std::string what = fmt::format("stream {} ({} picture) is left out: {}", i, is_attached_picture(*source.streams[i]) ? "cover" : "attached", why);
        if (options.strict) throw std::runtime_error(what + "; " + advice);
        warn(what);
    };
    const std::string alone = "one picture alone does not show what is behind its people, which --hide people takes out";
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVStream& stream = *source.streams[i];
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT && is_matroska(container)) {
            still::Bytes bytes = bytes_of(stream);
            const still::Kind kind = still::kind_of(bytes, "");
            if (is_picture_file(kind) && hides_people(options)) leave_out(i, alone, "leave --strict or people out");
            else if (is_picture_file(kind)) covers.push_back(make_still_cover(stream, kind, std::move(bytes), cover_options(options), warn));
            continue;
        }
        if (!is_attached_picture(stream)) continue;
        const bool timed = stream.disposition & AV_DISPOSITION_TIMED_THUMBNAILS || stream.attached_pic.size == 0;
        if (timed || (!is_mov_family(container) && !is_matroska(container))) {
            leave_out(i, fmt::format("{} cannot hold it", container.name), "name another container with --format or leave --strict out");
            continue;
        }
        if (hides_people(options)) {
            leave_out(i, alone, "leave --strict or people out");
            continue;
        }
        still::Bytes bytes = bytes_of(stream);
        const still::Kind kind = still::kind_of(bytes, "");
        covers.push_back(is_picture_file(kind) ? make_still_cover(stream, kind, std::move(bytes), cover_options(options), warn)
                                               : make_cover(stream, cover_options(options)));
    }
    return covers;
}

}  // namespace invisiblur::av
