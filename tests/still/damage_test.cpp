// Damaged picture files: each is read, or refused with a sentence; none breaks the program (the sanitizers look on).
#include <doctest/doctest.h>


#include "still/still_file.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kTries = 120;

/// Some bytes changed, most of them near the beginning, where the tables are; sometimes cut.
still::Bytes damaged(still::Bytes bytes, Random& random) {
    const int last = static_cast<int>(bytes.size()) - 1;
    for (int i = random.between(1, 12); i > 0; --i) {
        const int place = random.chance(70) ? random.between(0, std::min(last, 700)) : random.between(0, last);
        bytes[static_cast<std::size_t>(place)] = static_cast<std::uint8_t>(random.between(0, 255));
    }
    if (random.chance(25)) bytes.resize(static_cast<std::size_t>(random.between(1, last)));
    return bytes;
}

}  // namespace

TEST_CASE("random damage gives a picture or a sentence, never more") {
    const TempDir dir;
    const std::string scene = "-f lavfi -i testsrc2=s=96x64:d=0.04:r=25 -frames:v 1 ";
    make_clip(dir / "a.jpg", scene + "-q:v 5");
    make_clip(dir / "a.png", scene);
    make_clip(dir / "a.tif", scene + "-pix_fmt rgb24 -compression_algo lzw");
    must_run({"cwebp", "-quiet", "-q", "80", dir / "a.png", "-o", dir / "a.webp"});
    must_run({"heif-enc", "-o", dir / "a.heic", dir / "a.png"});
    must_run({"heif-enc", "-A", "-o", dir / "a.avif", dir / "a.png"});
    for (const std::string end : {"jpg", "png", "tif", "webp"}) {
        must_run({"exiv2", "-Mset Exif.Image.Make Acme", "-Mset Exif.Photo.UserComment words", "-Mset Xmp.dc.title A title", dir / ("a." + end)});
    }
    Random random(7);
    for (const std::string end : {"jpg", "png", "tif", "webp", "heic", "avif"}) {
        CAPTURE(end);
        const std::string content = content_of(dir / ("a." + end));
        const still::Bytes whole(content.begin(), content.end());
        const still::Kind kind = still::kind_of(whole, "a." + end);
        REQUIRE(kind != still::Kind::none);
        still::Policy policy;
        policy.name = "it";
        policy.max_pixels = 100000;
        int refused = 0;
        for (int i = 0; i < kTries; ++i) {
            try {
                const auto file = still::open_still(kind, damaged(whole, random), policy);
                const Rect all = file->pixels().bounds();
                CHECK(std::int64_t{all.width()} * all.height() <= policy.max_pixels);
                file->write(std::vector<Rect>{{8, 8, 24, 24}});
            } catch (const std::exception& error) {
                ++refused;
                CHECK(std::string(error.what()).size() > 5);
            }
        }
        CHECK(refused > 0);
        CHECK_NOTHROW(still::open_still(kind, whole, policy)->write({}));
    }
}
