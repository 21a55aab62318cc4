#pragma once
#include <memory>
#include <string>

#include "job/splice/packet_scan.hpp"
#include "media/write/encoder.hpp"

namespace invisiblur::av {

/// Refuses what --copy-unchanged cannot do with a video stream, before any work is done.
/// In:     encoder, opened for the stream.
/// Errors: std::runtime_error that says why not and what to do.
void check_spliceable(const AVStream& source, const VideoStream& video, const AVCodecContext& encoder, const AVOutputFormat& container);

/// How pictures that are encoded anew are brought into a stream among its own ones: the settings of the encoder, parameter sets that
/// live beside the source's, packets in the source's form.
/// Threads: safe to read from several threads.
class SpliceCodec {
public:
    /// In: ids, that the source uses; reorder, see CopyPlan. Owns: borrows source, video and container.
    SpliceCodec(const AVStream& source, const VideoStream& video, const ParameterSetIds& ids, int reorder, const Options& options,
              const AVOutputFormat& container);

    /// A new encoder for one segment, whose pictures refer to nothing before.
    /// Errors: as Encoder; std::runtime_error where its parameter sets are not the ones in extradata().
    std::unique_ptr<Encoder> make_encoder() const;

    /// For the container: the source's, with what the encoder adds.
    const Bytes& extradata() const { return extradata_; }

    /// Gives an encoder's packet the source's form.
    PacketPtr convert(PacketPtr packet) const;

    /// Fits an open key picture of the source behind pictures made anew. HEVC has a name for such a place, "broken link access": the type
    /// in the head of the NAL unit changes, and nothing else. (An end-of-sequence unit before it would make decoders drop pictures that are
    /// not yet shown: H.265, C.5.2.2.) Packets of other codecs stay as they are.
    PacketPtr joint(PacketPtr packet) const;

    const char* encoder_name() const { return choice_.codec->name; }

private:
    void adapt_options(const ParameterSetIds& ids, int reorder);
    std::vector<Bytes> sets_of(const AVCodecContext& encoder) const;
    Bytes renumbered(ByteView unit) const;

    const AVStream& source_;
    const VideoStream& video_;
    const AVOutputFormat& container_;
    AVCodecID codec_;
    EncoderChoice choice_;
    Options options_;
    bool has_nal_units_;
    int length_size_ = 0;
    HevcNumbers numbers_;
    std::vector<Bytes> sets_;
    Bytes extradata_;
};

}  // namespace invisiblur::av
