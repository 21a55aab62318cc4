#include "persons/face_aligner.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#include <dlib/array2d.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/image_transforms/interpolation.h>
#include <dlib/pixel.h>
#pragma GCC diagnostic pop

#include "detect/face_descriptor.hpp"
#include "detect/model_file.hpp"

namespace invisiblur {
namespace {

// Below these, descriptors of two persons come as near as 0.46 on the project's clips; above them no two come nearer than 0.56 on average (docs/persons.md).
constexpr double kLeastEyesPx = 20;
constexpr double kMostTurned = 0.25;
constexpr double kLeastSharpness = 0.07;
// What is nearly black, or grey in grey, is like all else that is.
constexpr double kLeastBrightness = 35, kLeastContrast = 12;
// Nearly all clear faces of the project's clips stay below, most at a twentieth of it; all of those that are half behind a hand lie above.
constexpr double kMostWander = 0.2;
constexpr double kPadding = 0.25;      ///< of the chip, as in the network's training
constexpr float kAround = 0.6F;        ///< of the box, that is cut out with it
// The predictor knows dlib's boxes: squares from the brows to the chin.
constexpr float kSquareSide = 1.05F, kSquareCentre = 0.56F;

// Where the predictor begins anew: beside the square by this part of its side, and at sizes other by this.
constexpr double kAside = 0.08, kResized = 0.1;

using Pixels = dlib::array2d<dlib::rgb_pixel>;

/// A square that the predictor begins with.
struct Start {
    double cx = 0, cy = 0, side = 0;

    dlib::rectangle rectangle() const {
        const auto whole = [](double v) { return std::lround(v); };
        return {whole(cx - side / 2), whole(cy - side / 2), whole(cx + side / 2), whole(cy + side / 2)};
    }
};

/// The part of a picture, turned upright; outside of the picture it is black. In: side, of the coded part.
Pixels upright_part(const RgbView& picture, int x0, int y0, int width, int height, int degrees) {
    const bool lying = degrees % 180 != 0;
    Pixels part(lying ? width : height, lying ? height : width);
    for (int y = 0; y < part.nr(); ++y) {
        for (int x = 0; x < part.nc(); ++x) {
            int cx = x, cy = y;
            if (degrees == 90) cx = y, cy = height - 1 - x;
            if (degrees == 180) cx = width - 1 - x, cy = height - 1 - y;
            if (degrees == 270) cx = width - 1 - y, cy = x;
            const int px = x0 + cx, py = y0 + cy;
            if (px < 0 || py < 0 || px >= picture.width || py >= picture.height) continue;
            const std::uint8_t* rgb = picture.data + py * picture.stride_bytes + std::ptrdiff_t{3} * px;
            part[y][x] = {rgb[0], rgb[1], rgb[2]};
        }
    }
    return part;
}

double luma(const dlib::rgb_pixel& p) {
    return 0.299 * p.red + 0.587 * p.green + 0.114 * p.blue;  // BT.601
}

/// The Laplacian's strength beside the picture's own contrast, that one, and the mean.
void measure(const dlib::matrix<dlib::rgb_pixel>& chip, FaceChip& cut) {
    double detail = 0, sum = 0, squares = 0, count = 0;
    for (long y = 25; y + 25 < chip.nr(); ++y) {
        for (long x = 25; x + 25 < chip.nc(); ++x) {
            const double here = luma(chip(y, x));
            const double bend = 4 * here - luma(chip(y - 2, x)) - luma(chip(y + 2, x)) - luma(chip(y, x - 2)) - luma(chip(y, x + 2));
            detail += bend * bend;
            sum += here;
            squares += here * here;
            ++count;
        }
    }
    cut.brightness = sum / count;
    cut.contrast = std::sqrt(std::max(0.0, squares / count - cut.brightness * cut.brightness));
    cut.sharpness = std::sqrt(detail / count) / std::max(1.0, 4 * cut.contrast);
}

/// How far the points lie from where they are found from other starts: root mean square, pixels.
double wander(const dlib::shape_predictor& predictor, const Pixels& part, const Start& start, const dlib::full_object_detection& shape) {
    const double aside = kAside * start.side, smaller = (1 - kResized) * start.side, larger = (1 + kResized) * start.side;
    const std::array<Start, 4> others{{{start.cx - aside, start.cy - aside, start.side},
                                       {start.cx + aside, start.cy + aside, start.side},
                                       {start.cx, start.cy, smaller},
                                       {start.cx, start.cy, larger}}};
    double squares = 0;
    for (const Start& other : others) {
        const dlib::full_object_detection again = predictor(part, other.rectangle());
        for (unsigned long i = 0; i < shape.num_parts(); ++i) squares += dlib::length_squared(dlib::dpoint(shape.part(i)) - dlib::dpoint(again.part(i)));
    }
    return std::sqrt(squares / static_cast<double>(others.size() * shape.num_parts()));
}

}  // namespace

bool FaceChip::is_good() const {
    const bool plain = brightness >= kLeastBrightness && contrast >= kLeastContrast;
    return plain && eyes_px >= kLeastEyesPx && turned <= kMostTurned && wander <= kMostWander && sharpness >= kLeastSharpness;
}

double FaceChip::quality() const {
    return std::min(eyes_px, 60.0) * (1 - turned) * std::min(1.0, sharpness / (4 * kLeastSharpness));
}

struct FaceAligner::Parts {
    dlib::shape_predictor predictor;
};

FaceAligner::FaceAligner(const Options& options) : parts_(std::make_unique<Parts>()) {
    dlib::deserialize(checked_model_file(options, kLandmarkModel)) >> parts_->predictor;
}

FaceAligner::~FaceAligner() = default;

std::optional<FaceChip> FaceAligner::cut_out(const RgbView& picture, const Box& face, int rotation_degrees) const {
    const float out = kAround * std::max(face.w, face.h), slack = 0.1F * std::max(face.w, face.h);
    if (face.x < -slack || face.y < -slack || face.x + face.w > static_cast<float>(picture.width) + slack ||
        face.y + face.h > static_cast<float>(picture.height) + slack)
        return std::nullopt;
    const int x0 = static_cast<int>(std::floor(face.x - out)), y0 = static_cast<int>(std::floor(face.y - out));
    const int width = static_cast<int>(std::ceil(face.w + 2 * out)), height = static_cast<int>(std::ceil(face.h + 2 * out));
    const Pixels part = upright_part(picture, x0, y0, width, height, rotation_degrees);
    const bool lying = rotation_degrees % 180 != 0;
    const double w = lying ? face.h : face.w, h = lying ? face.w : face.h;
    const double side = kSquareSide * w, cx = static_cast<double>(part.nc()) / 2, top = (static_cast<double>(part.nr()) - h) / 2;
    const double cy = top + kSquareCentre * h;
    const Start start{cx, cy, side};
    const dlib::full_object_detection shape = parts_->predictor(part, start.rectangle());
    const auto middle = [&](unsigned long a, unsigned long b) { return (dlib::dpoint(shape.part(a)) + dlib::dpoint(shape.part(b))) / 2.0; };
    const dlib::dpoint right = middle(0, 1), left = middle(2, 3), nose = dlib::dpoint(shape.part(4));
    const double eyes = dlib::length(right - left);
    if (!(eyes > 1)) return std::nullopt;
    dlib::matrix<dlib::rgb_pixel> chip;
    dlib::extract_image_chip(part, dlib::get_face_chip_details(shape, FaceDescriber::kChipPx, kPadding), chip);
    FaceChip cut;
    cut.eyes_px = eyes;
    cut.turned = std::abs((nose - (right + left) / 2.0).dot(right - left)) / (eyes * eyes);
    measure(chip, cut);
    // Four more searches: not for a face that is no good anyway.
    if (cut.is_good()) cut.wander = wander(parts_->predictor, part, start, shape) / eyes;
    cut.pixels = {FaceDescriber::kChipPx, FaceDescriber::kChipPx, {}};
    cut.pixels.pixels.reserve(static_cast<std::size_t>(chip.size()) * 3);
    for (const dlib::rgb_pixel& p : chip) cut.pixels.pixels.insert(cut.pixels.pixels.end(), {p.red, p.green, p.blue});
    return cut;
}

}  // namespace invisiblur
