#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "detect/centerface.hpp"
#include "detect/yunet.hpp"

namespace invisiblur {

/// Two networks: CenterFace looks, YuNet glances. Which of them is asked when is up to the caller.
class Cascade final : public Detector {
public:
    Cascade(std::unique_ptr<Network> centerface, std::unique_ptr<Network> yunet) : look_(std::move(centerface)), glance_(std::move(yunet)) {}

    std::vector<Face> detect(const RgbView& picture) override { return look_.detect(picture); }
    std::vector<Face> glance(const RgbView& picture) override { return glance_.detect(picture); }
    bool has_glance() const override { return true; }
    std::string name() const override { return "cascade of " + glance_.name() + ", and " + look_.name(); }

private:
    Centerface look_;
    Yunet glance_;
};

}  // namespace invisiblur
