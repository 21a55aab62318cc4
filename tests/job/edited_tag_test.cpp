// The tag that says that a video was edited, and by what.
#include <doctest/doctest.h>

#include "invisiblur/invisiblur.h"
#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

std::string tag(const std::string& path, const std::string& key) {
    std::string text = must_run({"ffprobe", "-v", "error", "-show_entries", "format_tags=" + key, "-of", "default=nw=1:nk=1", path});
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

/// Does a clip of this kind with these tags; returns the result's name.
std::string made(const TempDir& folder, const std::string& extension, const std::string& tags, std::vector<std::string> drop = {}) {
    make_clip(folder / ("in." + extension), "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v mpeg4 " + tags);
    Listener listener;
    Options options;
    options.plate = "none";
    options.passes = "1";
    options.overwrite = true;
    options.drop = std::move(drop);
    options.output = folder / ("out." + extension);
    return transcode({.input = folder / ("in." + extension), .output = options.output, .options = options}, listener).output;
}

}  // namespace

TEST_CASE("the container says that the video was edited, in a tag that the source does not use") {
    const TempDir folder;
    const std::string note = "Edited with Invisiblur " + std::string(invisiblur_version()) + "; what stood in parts of the picture was replaced";
    CHECK(tag(made(folder, "mkv", ""), "EDITED_BY") == note);
    CHECK(tag(made(folder, "avi", ""), "encoded_by") == note);
    CHECK(tag(made(folder, "mp4", ""), "comment") == note);
    CHECK(tag(made(folder, "mov", ""), "comment") == note);
    CHECK(tag(made(folder, "nut", ""), "EDITED_BY") == note);
    const std::string commented = made(folder, "mp4", "-metadata comment=mine -metadata title=Film");
    CHECK(tag(commented, "comment") == "mine");
    CHECK(tag(commented, "title") == "Film");
    CHECK(tag(commented, "description") == note);
}

TEST_CASE("--drop metadata leaves the tag out") {
    const TempDir folder;
    for (const std::string extension : {"mkv", "mp4", "avi"}) {
        const std::string path = made(folder, extension, "", {"metadata"});
        for (const char* key : {"EDITED_BY", "comment", "encoded_by", "description"}) CHECK(tag(path, key).empty());
    }
}
