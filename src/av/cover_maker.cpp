#include "av/cover_maker.hpp"

#include <fmt/format.h>

#include "analyser.hpp"
#include "av/compat.hpp"
#include "av/encoder.hpp"
#include "av/erased_frame.hpp"
#include "av/frame_picture.hpp"
#include "av/metadata.hpp"
#include "av/video_decoder.hpp"

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

AnalysedFrame analyse_cover(const AVFrame& frame, const Options& options, const StreamShape& shape) {
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

Cover make_cover(const AVStream& stream, const Options& options) {
    VideoStream video;
    video.index = stream.index;
    video.time_base = {1, 25};
    video.first = decode_cover(stream, options);
    video.shape = {video.first->width, video.first->height, 0, 1, 25, 25};
    Cover cover;
    cover.source = stream.index;
    cover.parameters.reset(not_null(avcodec_parameters_alloc()));
    const AnalysedFrame analysed = analyse_cover(*video.first, options, video.shape);
    const Eraser eraser(options, video.shape);
    if (!eraser.needs_erasing(analysed)) {
        check(avcodec_parameters_copy(cover.parameters.get(), stream.codecpar), "cannot describe a cover picture");
        cover.packet = make_packet_reference(stream.attached_pic);
        return cover;
    }
    const auto format = static_cast<AVPixelFormat>(video.first->format);
    Encoder encoder(choose_encoder("", stream.codecpar->codec_id, format, nullptr), stream, video, options, nullptr);
    cover.packet = encode_cover(erased_frame(eraser, analysed), encoder);
    cover.packet->pts = cover.packet->dts = 0;
    check(avcodec_parameters_from_context(cover.parameters.get(), &encoder.context()), "cannot describe a cover picture");
    return cover;
}

}  // namespace

std::vector<Cover> make_covers(const AVFormatContext& source, const AVOutputFormat& container, const Options& options, const Warn& warn) {
    std::vector<Cover> covers;
    if (drops(options, "attachment")) return covers;
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVStream& stream = *source.streams[i];
        if (!is_attached_picture(stream)) continue;
        const bool timed = stream.disposition & AV_DISPOSITION_TIMED_THUMBNAILS || stream.attached_pic.size == 0;
        if (timed || (!is_mov_family(container) && !is_matroska(container))) {
            const std::string what = fmt::format("stream {} (cover picture) is left out: {} cannot hold it", i, container.name);
            if (options.strict) throw std::runtime_error(what + "; name another container with --format or leave --strict out");
            warn(what);
            continue;
        }
        covers.push_back(make_cover(stream, cover_options(options)));
    }
    return covers;
}

}  // namespace invisiblur::av
