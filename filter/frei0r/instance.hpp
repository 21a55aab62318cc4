#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "invisiblur/invisiblur.h"
#include "pixels.hpp"

namespace invisiblur::frei0r {

struct CloseContext {
    void operator()(InvisiblurContext* context) const noexcept { invisiblur_close(&context); }
};
using ContextPtr = std::unique_ptr<InvisiblurContext, CloseContext>;

/// One use of the plugin in a host: one picture in, one out. The interface has no errors, so that one is said once on standard
/// error, and from then on the whole picture is black.
/// Threads: one thread at a time; instances are independent.
class Instance {
public:
    /// Tries at once whether faces can be found with the default options; where not (the model is missing), it has failed.
    Instance(int width, int height, int row_px);
    bool failed() const { return failed_; }

    void set(std::size_t parameter, std::string value) noexcept;
    const std::string& get(std::size_t parameter) const { return values_[parameter]; }

    /// The next frame in, the frame of `lookahead` frames before out: without faces, or black.
    void update(const std::uint32_t* in, std::uint32_t* out) noexcept;

private:
    template <class Step>
    void guard(Step step) noexcept;
    void open();
    void process(const std::uint32_t* in, std::uint32_t* out);
    void fail(const char* why) noexcept;

    HostPicture picture_;
    std::vector<std::string> values_;
    ContextPtr context_;
    std::optional<std::string> opened_with_;
    std::int64_t frames_ = 0;
    bool dirty_ = true;
    bool failed_ = false;
};

}  // namespace invisiblur::frei0r
