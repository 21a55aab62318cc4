#include "cli/message.hpp"

#include <cstdio>

namespace invisiblur::cli {

std::string message(std::string sentence) {
    for (char& c : sentence) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return "invis-transcode: " + sentence;
}

void print_error(const std::string& sentence) {
    std::fprintf(stderr, "%s\n", message(sentence).c_str());
}

}  // namespace invisiblur::cli
