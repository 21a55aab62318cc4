#pragma once
#include <memory>
#include <string>
#include <vector>

#include "job/splice/packet_scan.hpp"
#include "media/read/reader.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur::av {

/// Which groups of pictures of a file stay as they are: learns the packets in the first pass, plans when the faces are known.
/// Order:   note() each packet of the first pass, then plans().
/// Threads: one thread at a time.
class Unchanged {
public:
    explicit Unchanged(const Reader& reader);

    void note(const AVPacket& packet);

    /// In: one analysis for each video stream; options, the --regions and the choice of tracks count.
    std::vector<CopyPlan> plans(const std::vector<std::shared_ptr<const Analysis>>& analyses, const Options& options) const;

    /// What need not be decoded for a plan, where each packet gave one frame. In: analyses, as for plans().
    std::vector<std::vector<PacketRange>> undecoded(const std::vector<CopyPlan>& plans, const std::vector<std::shared_ptr<const Analysis>>& analyses) const;

    const std::vector<PacketScan>& scans() const { return scans_; }

private:
    std::vector<int> indexes_;  ///< of the video streams in the container
    std::vector<StreamShape> shapes_;
    std::vector<PacketScan> scans_;
};

}  // namespace invisiblur::av
