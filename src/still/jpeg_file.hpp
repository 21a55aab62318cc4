#pragma once
#include <memory>
#include <string>

#include "still/jpeg_handles.hpp"
#include "still/jpeg_inks.hpp"
#include "still/jpeg_segments.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {

/// One JPEG: blocks in which nothing is changed keep their coefficients.
class JpegFile : public StillFile {
public:
    /// In: keeps_index, as JpegSegments has it.
    /// Errors: as open_still().
    JpegFile(Bytes bytes, const Policy& policy, bool keeps_index);

    std::string codec() const override { return "jpeg"; }
    Bytes write(std::span<const Rect> hidden) override;

private:
    void read(const Policy& policy);
    void replace_blocks(JpegReader& source, jvirt_barray_ptr* blocks, std::span<const Rect> hidden);

    Bytes bytes_;
    std::string name_;
    JpegSegments segments_;
    OwnedImage source_;  ///< its planes as they were decoded
    std::unique_ptr<JpegInks> inks_;  ///< where they are no colours that a detector knows
};

}  // namespace invisiblur::still
