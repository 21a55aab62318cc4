#include <fmt/format.h>

#include "job/cover_maker.hpp"
#include "job/shard/shard_sink.hpp"
#include "job/transcode_job.hpp"
#include "media/libav/losses.hpp"

// How a job writes a piece of a result, and makes the result of its pieces.

namespace invisiblur::av {

std::unique_ptr<FrameSink> Transcoding::make_piece_sink(const Reader& reader) {
    auto encoders = make_encoders(reader, &choose_container("", job_.options, reader.container()), job_.options);
    for (std::size_t i = 0; i < encoders.size(); ++i) report_.streams[i].codec_out = encoders[i]->context().codec->name;
    piece_ = std::make_unique<PendingFile>(job_.output);
    return std::make_unique<ShardSink>(*piece_, long_.piece_head(analyses_), std::move(encoders));
}

/// Every encoder's packets need its own headers, and these stand in the container once.
void Transcoding::check_encoders(const std::vector<std::unique_ptr<Encoder>>& encoders, const JoinedShards& pieces) const {
    if (pieces.streams() != encoders.size()) throw std::invalid_argument("--join: the pieces have another number of video streams than the source");
    for (std::size_t i = 0; i < encoders.size(); ++i) {
        const AVCodecContext& codec = encoders[i]->context();
        const ShardStream& piece = pieces.stream(i);
        const ByteView extradata(codec.extradata, static_cast<std::size_t>(codec.extradata_size));
        if (piece.encoder == codec.codec->name && same_headers(codec.codec_id, piece.extradata, extradata)) continue;
        throw std::invalid_argument(fmt::format("--join: video stream {} of the pieces was encoded with {} and other options than these: give all runs the same "
                                                "ones for the encoder, and --format where the result's container is not the source's", i + 1, piece.encoder));
    }
}

void Transcoding::join_pass() {
    Reader reader(film(), job_.options, progress_.cancel, Reader::Streams::all, Reader::Coded::yes);
    describe_streams(reader);
    JoinedShards pieces(job_.options.join, long_.source());
    prepare_output(reader);
    reader.leave_undecoded(std::vector<std::vector<PacketRange>>(reader.videos().size(), {{0, SIZE_MAX}}));
    const Warn tell = [this](const std::string& s) { warn(s); };
    const AVOutputFormat& container = choose_container(job_.output, job_.options, reader.container());
    const auto encoders = make_encoders(reader, &container, job_.options);
    check_encoders(encoders, pieces);
    std::vector<EncodedStream> streams;
    std::int64_t total = 0;
    for (std::size_t i = 0; i < encoders.size(); ++i) {
        streams.push_back({reader.videos()[i].index, &encoders[i]->context()});
        report_.streams[i].codec_out = pieces.stream(i).encoder;
        report_.streams[i].frames = pieces.stream(i).total;
        total += pieces.stream(i).total;
    }
    meter_.begin_pass(1, total);
    Writer writer(*file_, container, reader.container(), streams, make_covers(reader.container(), container, job_.options, tell),
                  find_layout(film(), reader.container()), sound_, job_.options, tell);
    const auto masked = long_.join(reader, pieces, writer, [this] { meter_.count_frame(0); });
    for (std::size_t i = 0; i < masked.size(); ++i) report_.streams[i].frames_masked = masked[i];
    writer.finish();
    read_again(writer.sent());
    meter_.end_pass();
}

}  // namespace invisiblur::av
