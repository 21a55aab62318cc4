// The C API where memory runs out: at any allocation the answer is a code and a sentence, never the end of the host.
#include <doctest/doctest.h>

#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <thread>

#include "invisiblur/invisiblur.h"

extern "C" {
#include <libavutil/error.h>
}

namespace {

constexpr InvisiblurStream kStream = {64, 48, 0, 1, 1000, 25};
thread_local int allowed = -1;  ///< allocations until there is no more memory; -1: there always is

/// Makes a call that must fail with as little memory as it can fail with in its own words. Returns how many allocations that took.
int starve(const InvisiblurContext* context, const std::string& sentence, const std::function<int()>& call) {
    for (int n = 0; n < 100'000; ++n) {
        allowed = n;
        const int code = call();
        allowed = -1;
        const std::string said = invisiblur_error(context);
        if (said == sentence) {
            CHECK(code == AVERROR(EINVAL));
            return n;
        }
        CHECK(said == "out of memory");
        CHECK((code == AVERROR(ENOMEM) || code == AVERROR(EINVAL)));
    }
    return -1;
}

}  // namespace

void* operator new(std::size_t size) {
    if (allowed == 0) throw std::bad_alloc();
    if (allowed > 0) --allowed;
    if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

TEST_CASE("what is wrong is said as far as memory allows") {
    const std::string options(200, 'x');
    const auto open = [&] {
        InvisiblurContext* context = nullptr;
        return invisiblur_open(&context, options.c_str(), &kStream);
    };
    REQUIRE(open() == AVERROR(EINVAL));
    const std::string sentence = invisiblur_error(nullptr);
    CHECK_MESSAGE(sentence.find("xxxxx") != std::string::npos, sentence);
    int needed = 0;
    std::thread([&] { needed = starve(nullptr, sentence, open); }).join();  // another thread has no room for the sentence yet
    CHECK(needed > 1);
}

TEST_CASE("an open context outlives a lack of memory") {
    InvisiblurContext *rich = nullptr, *poor = nullptr;
    for (InvisiblurContext** context : {&rich, &poor}) REQUIRE(invisiblur_open(context, "detector=sidedata:plate=none", &kStream) == 0);
    const std::string name(200, 'x');
    REQUIRE(invisiblur_set_option(rich, name.c_str(), "1") == AVERROR(EINVAL));
    CHECK(starve(poor, invisiblur_error(rich), [&] { return invisiblur_set_option(poor, name.c_str(), "1"); }) > 1);
    CHECK(invisiblur_set_option(poor, "region", "1,2,3,4") == 0);
    invisiblur_close(&rich);
    invisiblur_close(&poor);
}
