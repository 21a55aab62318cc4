#pragma once
#include <vector>

#include "job/splice/copy_plan.hpp"
#include "media/bitstream/parameter_sets.hpp"

namespace invisiblur::av {

/// Notes of each packet of a video stream what a CopyPlan must know.
/// Order:   add() each packet in the order of the file, then pictures().
/// Memory:  some 24 bytes for each packet.
/// Threads: one thread at a time.
class PacketScan {
public:
    /// In: par, the stream's; copied as far as needed.
    explicit PacketScan(const AVCodecParameters& par);

    void add(const AVPacket& packet);

    const std::vector<CodedPicture>& pictures() const { return pictures_; }
    const ParameterSetIds& ids() const { return ids_; }

private:
    CodedPicture::Role role_of(const AVPacket& packet);
    CodedPicture::Role nal_role(ByteView data, bool key);

    AVCodecID codec_;
    bool intra_only_;
    bool reorders_;
    int length_size_ = 0;
    ParameterSetIds ids_;
    std::int64_t open_key_pts_ = AV_NOPTS_VALUE;  ///< of an MPEG-1 or MPEG-2 group that is not closed
    std::vector<CodedPicture> pictures_;
};

}  // namespace invisiblur::av
