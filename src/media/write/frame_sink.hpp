#pragma once
#include <iosfwd>
#include <map>
#include <memory>
#include <vector>

#include "media/read/reader.hpp"
#include "media/write/encoder.hpp"
#include "media/write/writer.hpp"

namespace invisiblur::av {

/// Where finished frames and copied packets go.
/// Order:   frame() and packet() in the order of the source, then finish().
/// Threads: one thread at a time.
class FrameSink {
public:
    virtual ~FrameSink() = default;
    /// In: video, counts the video streams from 0; masked, whether something in the frame was hidden.
    virtual void frame(std::size_t video, FramePtr frame, bool masked) = 0;
    /// Of streams that are copied, and of video streams where the reader hands them out.
    virtual void packet(int source_stream, PacketPtr packet) = 0;
    virtual void finish() = 0;

    /// What went to a muxer, null where there is none. Order: after finish().
    virtual const SentRecord* sent() const { return nullptr; }
};

/// Prints "pts hash" for each frame of the first video stream. The hash is MD5 over the visible pixels, plane after plane, as
/// ffmpeg's framemd5 has it.
class HashSink : public FrameSink {
public:
    explicit HashSink(std::ostream& out) : out_(out) {}
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int, PacketPtr) override {}
    void finish() override;

private:
    std::ostream& out_;
};

/// Where they cannot be written.
[[noreturn]] void throw_hashes_lost();

/// Encodes and muxes.
class MuxSink : public FrameSink {
public:
    /// In: the encoders, one for each of source.videos().
    MuxSink(OutputFile& file, const AVOutputFormat& container, const Reader& source, std::vector<std::unique_ptr<Encoder>> encoders,
            std::vector<Cover> covers, const FileLayout& layout, const SoundPlan& sound, const Options& options, const Warn& warn);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int source_stream, PacketPtr packet) override;
    void finish() override;
    const SentRecord* sent() const override { return &writer_->sent(); }

private:
    void write_packets(std::size_t video);

    std::vector<int> source_of_;
    std::vector<std::unique_ptr<Encoder>> encoders_;
    bool ends_sequence_;           ///< the video ends with a code of its own
    std::vector<PacketPtr> held_;  ///< the last packet of each video, where that is so
    std::unique_ptr<Writer> writer_;
};

/// One encoder for each video stream, chosen by the source and the options.
std::vector<std::unique_ptr<Encoder>> make_encoders(const Reader& source, const AVOutputFormat* container, const Options& options);

}  // namespace invisiblur::av
