#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace invisiblur {

struct Options;

/// A rectangle in pixels of the coded picture, top-left origin; (x, y) is its upper left corner.
struct Box {
    float x = 0, y = 0, w = 0, h = 0;
};

/// One face as a detector sees it.
/// Units: box in pixels of the picture that was looked at; score in [0, 1], higher is surer.
/// A glance (Detector::glance) proposes a face or goes on with one; whether it is a face, a look decides.
struct Face {
    Box box;
    float score = 0;
    bool glanced = false;
};

/// A borrowed 8-bit picture, packed R, G, B.
/// Units: stride_bytes from one row to the next; width and height in pixels.
struct RgbView {
    const std::uint8_t* data = nullptr;
    std::ptrdiff_t stride_bytes = 0;
    int width = 0;
    int height = 0;
};

/// Finds faces in one picture.
/// Threads: one thread at a time for one object; several objects are independent.
class Detector {
public:
    virtual ~Detector() = default;

    /// All faces with a score of at least the weakest one that the tracker may use, overlapping answers joined.
    /// Owns:   the picture is borrowed until the call returns.
    /// Errors: std::runtime_error when the network fails; the object can be used again.
    virtual std::vector<Face> detect(const RgbView& picture) = 0;

    /// A look by a network that is several times as fast and errs more often, where the detector has one; else as detect().
    virtual std::vector<Face> glance(const RgbView& picture) { return detect(picture); }

    /// Whether glance() is something else than detect().
    virtual bool has_glance() const { return false; }

    /// A name that identifies method and model, for reports: "centerface sha256:09189dea…".
    virtual std::string name() const = 0;
};

/// Makes the detector that `options.detector` names, with the model of `options.model` or the installed one.
/// Owns:   the caller owns the result; nothing of the options is kept.
/// Errors: std::runtime_error where a model is missing, unreadable or has a wrong SHA-256.
std::unique_ptr<Detector> make_detector(const Options& options);

}  // namespace invisiblur
