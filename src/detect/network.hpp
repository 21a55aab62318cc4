#pragma once
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace invisiblur {

struct Options;

/// Runs the face detector's network: one of several engines, which give the same answers but for rounding.
/// Threads: one thread at a time for one object.
class Network {
public:
    virtual ~Network() = default;

    /// In:     blob, 1 x 3 x height x width floats, sides multiples of 32.
    /// Out:    the model's outputs in their order, 1 x channels x height / 4 x width / 4; valid until the next call.
    /// Errors: std::runtime_error with what the engine says.
    virtual std::vector<cv::Mat> run(const cv::Mat& blob) = 0;
};

/// The engine that options.engine names, with options.threads.
/// Errors: std::runtime_error where this build or this machine does not have the engine, or it cannot read the model.
std::unique_ptr<Network> make_network(const Options& options, const std::string& model_path);

}  // namespace invisiblur
