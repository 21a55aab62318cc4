#pragma once
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur::test {

/// Keeps a job's warnings, one a line.
class Listener : public Progress {
public:
    void warn(const std::string& sentence) override { warnings += sentence + '\n'; }
    std::string warnings;
};

}  // namespace invisiblur::test
