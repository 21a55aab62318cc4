#pragma once
#include <deque>
#include <functional>
#include <memory>

#include "job/splice/copy_plan.hpp"
#include "media/write/encoder.hpp"

namespace invisiblur::av {

class SpliceCodec;

/// Puts one video stream together from the source's packets and from pictures that are encoded anew, as a CopyPlan says.
/// Order:   packet() each of the source in the order of the file, frame() each that is encoded anew in the order of time and after all
///          packets before it, finish().
/// Errors:  std::logic_error where a frame that is masked would be copied; as Encoder.
/// Memory:  holds copied packets while what is shown before them is not yet encoded.
/// Threads: one thread at a time.
class SplicedStream {
public:
    using Write = std::function<void(PacketPtr)>;

    /// Owns: the plan; borrows codec. In: write, gets the packets in the order of decoding.
    SplicedStream(CopyPlan plan, const SpliceCodec& codec, Write write);

    void packet(PacketPtr packet);
    /// In: masked, whether something in it was hidden. A frame of a copied group is dropped.
    void frame(FramePtr frame, bool masked);
    void finish();

private:
    const CopySegment& current() const { return plan_.segments[current_]; }
    bool done() const { return current_ >= plan_.segments.size(); }
    void copy_waiting();
    void encode(FramePtr frame);
    void take_encoded();
    void end_encoding();

    CopyPlan plan_;
    const SpliceCodec& codec_;
    Write write_;
    std::size_t current_ = 0;        ///< the segment that is written
    std::size_t shown_ = 0;          ///< the segment of the last frame
    std::size_t copied_ = 0;         ///< packets before this one are written, or replaced
    std::deque<PacketPtr> waiting_;  ///< packets from copied_ on
    std::unique_ptr<Encoder> encoder_;
    std::size_t sent_ = 0;   ///< frames of the current segment
    std::size_t made_ = 0;   ///< packets of the current segment
};

}  // namespace invisiblur::av
