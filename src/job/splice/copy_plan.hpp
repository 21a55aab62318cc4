#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace invisiblur::av {

/// A packet of a video stream, in the order of decoding. Units: the stream's time base.
struct CodedPicture {
    enum class Role {
        picture,
        needs_earlier,  ///< shown before the key picture that it follows, and may refer to what came before that
        late_key,       ///< decoding can begin here, but not behind another encoder's pictures (H.264 without IDR)
        open_key,       ///< decoding can begin here; pictures that need_earlier follow
        key,            ///< decoding can begin here, and nothing that follows refers to what came before
    };
    std::int64_t pts = 0;
    std::int64_t dts = 0;
    Role role = Role::picture;
};

/// A run of packets that is copied, or replaced by pictures encoded anew.
struct CopySegment {
    std::size_t first = 0, end = 0;  ///< packets [first, end) of the source
    bool copy = false;
    std::int64_t end_pts = 0;        ///< frames before this, and not in an earlier segment, belong to it
    std::vector<std::int64_t> dts;   ///< for the packets that are made anew, as many as frames are expected
    std::size_t undecoded_first = 0, undecoded_end = 0;  ///< copied: packets that need not be decoded for what is made anew
    bool open_joint = false;         ///< copied, begins with an open_key, and what comes before it is made anew
};

/// What --copy-unchanged does with one video stream.
struct CopyPlan {
    std::vector<CopySegment> segments;
    std::vector<std::int64_t> dts;  ///< of each source packet, also where the container keeps none
    std::vector<bool> dropped;      ///< needs_earlier at the beginning of a copied segment behind one that is made anew: made anew too
    int reorder = 0;                ///< how many pictures an encoder may hold back for B-frames so that the times fit
    std::int64_t copied = 0;        ///< packets
    std::string obstacle;           ///< why nothing can be copied although not all is masked; "" where that is not so
};

/// Decides which groups of pictures are copied: those without a masked frame, as far as they can be joined to what is made anew.
/// In: masked, whether a frame that is shown at a pts changes.
CopyPlan plan_copy(const std::vector<CodedPicture>& pictures, const std::function<bool(std::int64_t)>& masked);

}  // namespace invisiblur::av
