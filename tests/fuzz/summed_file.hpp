#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <span>
#include <string>

#include "base/cbor_form.hpp"
#include "invisiblur/invisiblur.h"

/// As the C API has it, which would bring all of the library along.
extern "C" const char* invisiblur_version(void) {
    return "fuzz";
}

namespace invisiblur {

/// A file in memory that ends with the right sum of all that stands before, so that a reader goes on to what is in it.
class SummedFile {
public:
    /// The file's name, with new content.
    std::string with(std::span<const std::uint8_t> content) {
        Sha256 sum;
        sum.add(content);
        const Sha256::Digest digest = sum.digest();
        std::string whole(cbor_form::text_of(content));
        whole += cbor_form::kEnd;
        whole += cbor_form::text_of(digest);
        if (ftruncate(file_, 0) != 0 || pwrite(file_, whole.data(), whole.size(), 0) != static_cast<ssize_t>(whole.size())) return "";
        return "/proc/self/fd/" + std::to_string(file_);
    }

private:
    int file_ = memfd_create("input", MFD_CLOEXEC);
};

}  // namespace invisiblur
