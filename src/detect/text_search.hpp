#pragma once
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "image/picture.hpp"
#include "invisiblur/anonymizer.hpp"

namespace invisiblur {

/// Finds text in decoded pictures: scales and turns them upright for the detector, large ones in parts and as a whole, and gives blocks in coded source pixels.
/// Errors:  as Detector::detect.
/// Threads: one thread at a time.
class TextSearch {
public:
    /// Owns: the detector.
    TextSearch(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape);

    /// The blocks of text in a picture; a block is what lies in one box.
    std::vector<Face> find(const Picture& picture);

    std::string detector_name() const { return detector_->name(); }

private:
    /// Of the picture as the detector sees it, upright.
    std::vector<Face> lines_in(const cv::Mat& seen);

    std::unique_ptr<Detector> detector_;
    int source_width_;
    int source_height_;
    int rotation_degrees_;
    int width_;   ///< of the picture that is looked at, as it is coded; pixels
    int height_;
};

}  // namespace invisiblur
