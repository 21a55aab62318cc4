#include "cli/message.hpp"

#include <cstdio>

namespace invisiblur::cli {

void print_error(std::string sentence) {
    for (char& c : sentence) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    std::fprintf(stderr, "invis-transcode: %s\n", sentence.c_str());
}

}  // namespace invisiblur::cli
