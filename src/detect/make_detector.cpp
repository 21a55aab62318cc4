#include <stdexcept>
#include <utility>

#include "detect/cascade.hpp"
#include "detect/centerface.hpp"
#include "detect/haar.hpp"
#include "detect/model_file.hpp"
#include "detect/yunet.hpp"
#include "invisiblur/options.hpp"
#include "options/hidden_classes.hpp"

namespace invisiblur {
namespace {

/// Looks at nothing: the boxes come with the frames, or no face is to be found.
class Blind : public Detector {
public:
    explicit Blind(std::string name) : name_(std::move(name)) {}

    std::vector<Face> detect(const RgbView&) override { return {}; }
    std::string name() const override { return name_; }

private:
    std::string name_;
};

}  // namespace

std::unique_ptr<Detector> make_detector(const Options& options) {
    if (!hides_faces(options)) return std::make_unique<Blind>("no face detector");
    if (options.detector == "cascade") {
        auto centerface = make_network(options, checked_model_file(options));
        return std::make_unique<Cascade>(std::move(centerface), make_network(options, checked_model_file(options, kYunetModel)));
    }
    if (options.detector == "centerface") return std::make_unique<Centerface>(make_network(options, checked_model_file(options)));
    if (options.detector == "yunet") return std::make_unique<Yunet>(make_network(options, checked_model_file(options, kYunetModel)));
    // The picture it gets may be smaller than the source; the cascade's own window of 20 px is the floor anyway.
    if (options.detector == "haar") return std::make_unique<Haar>(options.model.empty() ? cascade_folder() : options.model, 20);
    if (options.detector == "sidedata") return std::make_unique<Blind>("boxes of the frames");
    throw std::invalid_argument("detector: '" + options.detector + "' is none of cascade, centerface, yunet, haar, sidedata");
}

}  // namespace invisiblur
