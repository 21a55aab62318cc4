#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "detect/network.hpp"
#include "detect/text_agreement.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Finds lines of readable text, of any script, by PaddleOCR's network (PP-OCRv6). It says where text stands and reads none of it.
/// Method:  differentiable binarisation (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020): regions of the
///          network's probability map, widened again by what the network was taught to leave out of them. The picture is looked at in three sizes,
///          which must agree (agreed_lines), and in more where it shows something very large (keep_borne_out).
/// Returns: an upright box around each line, a third of its height larger on all sides, held within the picture; its score is the region's mean
///          probability.
class TextDetector final : public Detector {
public:
    explicit TextDetector(std::unique_ptr<Network> network) : network_(std::move(network)) {}

    std::vector<Face> detect(const RgbView& picture) override;
    std::string name() const override;

    /// What one look at the picture shows.
    /// In: inside, where in `picture` the part lies in whose pixels the lines are to be given; empty for all of it.
    std::vector<TextLine> look(const RgbView& picture, const cv::Rect& inside);

private:
    std::vector<TextLine> look_at(const cv::Mat& picture, const cv::Rect& inside);
    std::vector<std::vector<TextLine>> more_looks(const RgbView& picture);

    std::unique_ptr<Network> network_;
};

/// The lines that a probability map shows.
/// In: map, floats from 0 to 1, a sample for each pixel of the picture.
std::vector<TextLine> text_lines(const cv::Mat& map);

/// Lines that touch, joined into blocks where the block holds little else; the score is the best one.
std::vector<Face> text_blocks(std::vector<Face> lines);

/// Makes the text detector with the installed model, run by what options.engine names.
/// Errors: as make_detector(); std::runtime_error where that engine computes the network wrongly, which is tried out.
std::unique_ptr<Detector> make_text_detector(const Options& options);

}  // namespace invisiblur
