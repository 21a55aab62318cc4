#pragma once
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace invisiblur {

struct Options;

/// Runs a face detector's network: one of several engines, which give the same answers but for rounding.
/// Threads: one thread at a time for one object.
class Network {
public:
    virtual ~Network() = default;

    /// In:     blob, 1 x 3 x height x width floats, sides multiples of 32.
    /// Out:    the model's outputs in their order, 1 x channels x height / stride x width / stride; valid until the next call.
    /// Errors: std::runtime_error with what the engine says.
    virtual std::vector<cv::Mat> run(const cv::Mat& blob) = 0;

    /// As --engine names it.
    virtual std::string engine() const = 0;
};

/// The engine that options.engine names, with options.threads; for "auto" OpenVINO where its module is there and runs the model, else OpenCV,
/// with an engine note where the module is there.
/// Errors: std::runtime_error where this build or this machine does not have the engine, or it cannot read the model.
std::unique_ptr<Network> make_network(const Options& options, const std::string& model_path);

}  // namespace invisiblur
