#pragma once
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur::test {

/// Hears of warnings and says nothing.
class Quiet : public Progress {
public:
    void warn(const std::string&) override {}
};

}  // namespace invisiblur::test
