#include "detect/haar.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include <opencv2/imgproc.hpp>

#include "detect/rgb_mat.hpp"
#include "detect/suppression.hpp"

namespace invisiblur {
namespace {

// A cascade's boxes for one face agree less than a network's.
constexpr float kSameAnswerIou = 0.3F;
constexpr double kScaleStep = 1.1;
constexpr int kNeighbours = 3;

void load(cv::CascadeClassifier& cascade, const std::filesystem::path& path) {
    if (!std::filesystem::exists(path) || !cascade.load(path.string())) {
        throw std::runtime_error("cannot read the cascade '" + path.string() + "'; install the package opencv-data");
    }
}

/// The cascade's answers with scores: its last stage's margin, pressed into [0.3, 1).
void look(cv::CascadeClassifier& cascade, const cv::Mat& gray, int min_face_px, bool mirrored, std::vector<Face>& faces) {
    std::vector<cv::Rect> boxes;
    std::vector<int> levels;
    std::vector<double> weights;
    cascade.detectMultiScale(gray, boxes, levels, weights, kScaleStep, kNeighbours, 0, cv::Size(min_face_px, min_face_px), cv::Size(),
                             true);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const cv::Rect& r = boxes[i];
        const float score = 1 - 0.7F * std::exp(-std::max(0.0F, static_cast<float>(weights[i])) / 2);
        const int x = mirrored ? gray.cols - r.x - r.width : r.x;
        faces.push_back(
            {{static_cast<float>(x), static_cast<float>(r.y), static_cast<float>(r.width), static_cast<float>(r.height)}, score});
    }
}

}  // namespace

Haar::Haar(const std::string& folder, int min_face_px) : min_face_px_(std::max(20, min_face_px)) {
    load(frontal_, std::filesystem::path(folder) / "haarcascade_frontalface_default.xml");
    load(profile_, std::filesystem::path(folder) / "haarcascade_profileface.xml");
}

std::vector<Face> Haar::detect(const RgbView& picture) {
    const cv::Mat rgb = mat_of(picture);
    cv::Mat gray, mirrored;
    std::vector<Face> faces;
    try {
        cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
        cv::equalizeHist(gray, gray);
        cv::flip(gray, mirrored, 1);
        look(frontal_, gray, min_face_px_, false, faces);
        look(profile_, gray, min_face_px_, false, faces);
        look(profile_, mirrored, min_face_px_, true, faces);
    } catch (const cv::Exception& error) {
        throw std::runtime_error(std::string("the face detector failed: ") + error.what());
    }
    return suppress_overlaps(std::move(faces), kSameAnswerIou);
}

std::string cascade_folder() {
    for (const char* folder : {"/usr/share/opencv4/haarcascades", "/usr/local/share/opencv4/haarcascades"}) {
        if (std::filesystem::is_directory(folder)) return folder;
    }
    throw std::runtime_error("cannot find OpenCV's cascades (looked in /usr/share/opencv4/haarcascades); install the package opencv-data");
}

}  // namespace invisiblur
