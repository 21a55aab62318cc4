// MPO: further views of a photo are worked on and kept, previews and maps are not.
#include "still/mpo_file.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/clips.hpp"
#include "support/pillow.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// The face on so many pages.
Options with_given_faces(const TempDir& dir, int pages) {
    Options options = with_given_face(dir);
    std::ofstream file(options.tracks);
    file << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[)";
    for (int page = 0; page < pages; ++page) file << (page ? "," : "") << R"({"pts":)" << page << R"(,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"})";
    file << "]}]}";
    return options;
}

void put(std::string& to, std::uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) to += static_cast<char>(value >> 8 * i);
}

/// JPEGs one after the other, with a list of them in the first, as cameras write it (CIPA DC-007, figure 8).
std::string mpo_of(const std::vector<std::string>& jpegs, const std::vector<std::uint32_t>& attributes) {
    const auto count = static_cast<std::uint32_t>(jpegs.size());
    std::string index("MPF\0MM\0*\0\0\0\x08\0\x03", 14);
    const auto field = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t number, std::uint32_t value) { put(index, tag, 2), put(index, type, 2), put(index, number, 4), put(index, value, 4); };
    field(0xB000, 7, 4, 0x30313030);
    field(0xB001, 4, 1, count);
    field(0xB002, 7, 16 * count, 8 + 2 + 3 * 12 + 4);
    put(index, 0, 4);  // no further directory
    const std::size_t segment = 4 + index.size() + 16 * count;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < jpegs.size(); ++i) {
        const std::size_t size = jpegs[i].size() + (i == 0 ? segment : 0);
        put(index, attributes[i], 4), put(index, static_cast<std::uint32_t>(size), 4);
        put(index, i == 0 ? 0 : static_cast<std::uint32_t>(offset - 10), 4), put(index, 0, 4);
        offset += size;
    }
    std::string file = jpegs[0].substr(0, 2) + "\xFF\xE2";
    put(file, static_cast<std::uint32_t>(index.size() + 2), 2);
    file += index + jpegs[0].substr(2);
    for (std::size_t i = 1; i < jpegs.size(); ++i) file += jpegs[i];
    return file;
}

constexpr std::uint32_t kMain = 0x030000, kStereo = 0x020002, kPreview = 0x010001, kUnsaid = 0;

/// An MPO of the portrait and one upside down, and of a small one between them where asked.
std::string make_mpo(const TempDir& dir, const std::string& name, bool small) {
    make_portrait(dir / "a.jpg", "-q:v 3");
    make_portrait(dir / "b.jpg", "-vf vflip -q:v 3");
    make_portrait(dir / "c.jpg", "-vf scale=160:90 -q:v 3");
    const std::string a = content_of(dir / "a.jpg"), b = content_of(dir / "b.jpg"), c = content_of(dir / "c.jpg");
    std::ofstream(dir / name, std::ios::binary) << (small ? mpo_of({a, c, b}, {kMain, kPreview, kStereo}) : mpo_of({a, b}, {kMain, kStereo}));
    return dir / name;
}

}  // namespace

TEST_CASE("the views of an MPO are pages: each is worked on and kept") {
    if (!has_pillow()) return;
    const TempDir dir;
    for (const bool small : {false, true}) {
        CAPTURE(small);
        const std::string in = make_mpo(dir, small ? "three.mpo" : "two.mpo", small), out = dir / (small ? "out3.mpo" : "out2.mpo");
        const StillRun done = run_still(in, out, with_given_faces(dir, 2));
        CHECK(done.report.streams.at(0).frames == 2);
        CHECK(done.report.streams.at(0).frames_masked == 2);
        CHECK(done.warned_of("1 further picture") == small);
        const std::string seen = pillow(R"(
from PIL import ImageChops, ImageStat
a, b = Image.open(sys.argv[1]), Image.open(sys.argv[2])
print(b.format, b.n_frames)
for i in range(2):
    a.seek(2 * i if a.n_frames == 3 else i)
    b.seek(i)
    d = ImageChops.difference(a.convert('RGB'), b.convert('RGB'))
    inside = sum(ImageStat.Stat(d.crop((296, 96, 360, 176))).mean)
    d.paste((0, 0, 0), (230, 30, 426, 242))
    print(a.size == b.size, d.getbbox(), inside > 15)
)", {in, out});
        CHECK(seen == "MPO 2\nTrue None True\nTrue None True\n");
    }
}

TEST_CASE("an MPO in which nothing is hidden stays as it is, and its second view alone can be the one that changes") {
    if (!has_pillow()) return;
    const TempDir dir;
    const std::string in = make_mpo(dir, "in.mpo", false);
    Options options = with_given_faces(dir, 0);
    run_still(in, dir / "same.mpo", options);
    CHECK(content_of(dir / "same.mpo") == content_of(in));
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":4,"boxes":[{"pts":1,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"}]}]})";
    const StillRun done = run_still(in, dir / "second.mpo", options);
    CHECK(done.report.streams.at(0).frames_masked == 1);
    const std::string seen = pillow(R"(
from PIL import ImageChops
a, b = Image.open(sys.argv[1]), Image.open(sys.argv[2])
for i in range(2):
    a.seek(i)
    b.seek(i)
    print(ImageChops.difference(a.convert('RGB'), b.convert('RGB')).getbbox() is None)
)", {in, dir / "second.mpo"});
    CHECK(seen == "True\nFalse\n");
}

TEST_CASE("pictures that say nothing of themselves are views where they are as large as the first and no brightness map of it") {
    const TempDir dir;
    make_mpo(dir, "in.mpo", false);
    const std::string a = content_of(dir / "a.jpg"), b = content_of(dir / "b.jpg"), c = content_of(dir / "c.jpg");
    std::string map = b;
    map.insert(2, std::string("\xFF\xFE\0\x09hdrgm:1", 11));
    const auto pages_of = [&](const std::string& other) {
        std::ofstream(dir / "in.jpg", std::ios::binary) << mpo_of({a, other}, {kMain, kUnsaid});
        Options options = with_given_faces(dir, 2);
        options.overwrite = true;
        const StillRun done = run_still(dir / "in.jpg", dir / "out.jpg", options);
        const auto pages = done.report.streams.at(0).frames;
        CHECK(done.warned_of("further pictures") == (pages == 1));
        return pages;
    };
    CHECK(pages_of(b) == 2);
    CHECK(pages_of(c) == 1);
    CHECK(pages_of(map) == 1);
    CHECK(content_of(dir / "out.jpg").find("hdrgm") == std::string::npos);
}

TEST_CASE("an MPO of Pillow's is read, too") {
    if (!has_pillow()) return;
    const TempDir dir;
    make_portrait(dir / "a.png");
    pillow("a = Image.open(sys.argv[1])\na.save(sys.argv[2], 'MPO', save_all=True, append_images=[a.transpose(Image.FLIP_TOP_BOTTOM)])", {dir / "a.png", dir / "in.mpo"});
    CHECK(run_still(dir / "in.mpo", dir / "out.mpo", with_given_faces(dir, 2)).report.streams.at(0).frames == 2);
    CHECK(pillow("print(Image.open(sys.argv[1]).n_frames)", {dir / "out.mpo"}) == "2\n");
}

TEST_CASE("a list of pictures that does not fit the file is none") {
    const TempDir dir;
    const std::string bytes = content_of(make_mpo(dir, "in.mpo", false));
    const still::Bytes whole(bytes.begin(), bytes.end());
    still::Policy policy;
    policy.name = "it";
    REQUIRE(still::open_views(whole, policy)->pages() == 2);
    CHECK(still::open_views(still::Bytes(whole.begin(), whole.end() - 100), policy) == nullptr);
    still::Bytes lengthless = whole;
    const std::size_t segment = bytes.find("\xFF\xE2") + 2;
    lengthless[segment] = lengthless[segment + 1] = 0;
    CHECK(still::open_views(lengthless, policy) == nullptr);
    // Whatever is changed in it, it is a file, a sentence, or one picture.
    for (std::size_t at = bytes.find("MPF"); at < bytes.find("MPF") + 80; ++at) {
        still::Bytes odd = whole;
        odd[at] ^= 0xFF;
        try {
            if (const auto file = still::open_views(odd, policy)) {
                file->next_page({});
                static_cast<void>(file->write({}));
            }
        } catch (const std::runtime_error&) {
            continue;
        }
    }
}
