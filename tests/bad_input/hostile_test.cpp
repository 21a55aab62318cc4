// Files that were made to reach other files, or to fill the memory: refused in one line, and nothing else is touched.
#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string big32(std::uint32_t v) {
    return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
}

std::string hls(const std::string& segment) {
    return "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n" + segment + "\n#EXT-X-ENDLIST\n";
}

std::string dash(const std::string& segment) {
    return "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" mediaPresentationDuration=\"PT1S\" "
           "profiles=\"urn:mpeg:dash:profile:isoff-main:2011\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"0\" "
           "bandwidth=\"1000\" width=\"96\" height=\"64\"><BaseURL>" +
           segment + "</BaseURL><SegmentBase/></Representation></AdaptationSet></Period></MPD>\n";
}

}  // namespace

TEST_CASE("a playlist opens no local file and no remote one, unless --protocols says so") {
    const TempDir folder;
    make_clip(folder / "secret.ts", "-f lavfi -i testsrc2=s=96x64:r=10:d=1 -c:v mpeg2video");
    write_file(folder / "list.m3u8", hls("secret.ts"));
    write_file(folder / "named.mp4", hls(folder / "secret.ts"));  // whatever it is called
    write_file(folder / "remote.m3u8", hls("http://127.0.0.1:9/a.ts"));
    write_file(folder / "list.ffconcat", "ffconcat version 1.0\nfile secret.ts\n");
    write_file(folder / "list.mpd", dash("secret.ts"));
    for (const char* name : {"list.m3u8", "named.mp4", "remote.m3u8", "list.ffconcat", "list.mpd"}) {
        CAPTURE(name);
        refuses_without_faces(folder, {folder / name}, {name, "playlist", "--protocols"});
        refuses_without_faces(folder, {"file:" + (folder / name)}, {name, "playlist", "--protocols"});
        const Finished piped = run({program(), "--tracks", no_faces(folder), "-", "-o", folder / "out.mkv"}, folder / name);
        CHECK(piped.status == 1);
        CHECK_FALSE(std::filesystem::exists(folder / "out.mkv"));
    }
    does(folder, {"--protocols", "file", folder / "list.m3u8", "-o", folder / "list.mkv"});
    does(folder, {"--protocols", "file", folder / "list.ffconcat", "-o", folder / "concat.mkv"});
    for (const char* made : {"list.mkv", "concat.mkv"}) CHECK(ffprobe_times(folder / made).size() == 10);
    refuses_without_faces(folder, {"--protocols", "file", folder / "remote.m3u8"}, {"remote.m3u8"});
    does(folder, {"file:" + (folder / "secret.ts"), "-o", folder / "same.mkv"});
}

TEST_CASE("a movie whose pictures lie in another file reaches none") {
    const TempDir folder;
    make_clip(folder / "in.mov", "-f lavfi -i testsrc2=s=96x64:r=10:d=1 -c:v mjpeg");
    std::string bytes = content_of(folder / "in.mov");
    // "url " with the flag "in this file" becomes an alias to another one.
    const auto at = bytes.find("dref");
    REQUIRE(at != std::string::npos);
    const auto url = bytes.find("url ", at);
    REQUIRE(url != std::string::npos);
    bytes.replace(url, 8, "alis" + big32(0));
    write_file(folder / "other.mov", bytes);
    const Finished finished = transcode_command(with_no_faces(folder, {folder / "other.mov"}));
    // Without a name in it there is nothing to open: it reads itself, or is refused; it never waits or crashes.
    CHECK((finished.status == 0 || finished.status == 1));
}

TEST_CASE("pictures that would fill the memory are refused by their size") {
    const TempDir folder;
    // A PNG's head, 60000 x 60000, in a movie and alone; the pixels that it promises are not even there.
    const std::string head = "\x89PNG\r\n\x1a\n" + big32(13) + "IHDR" + big32(60000) + big32(60000) + std::string("\x08\x02\x00\x00\x00", 5) + big32(0);
    write_file(folder / "bomb.png", head + big32(0) + "IDAT" + big32(0) + big32(0) + "IEND" + big32(0));
    refuses_without_faces(folder, {folder / "bomb.png"}, {"bomb.png"});
    make_clip(folder / "large.mkv", "-f lavfi -i testsrc2=s=1920x1080:r=1:d=1 -c:v ffv1");
    refuses_without_faces(folder, {"--max-pixels", "2000000", folder / "large.mkv"}, {"1920x1080 pixels, more than --max-pixels 2000000 allows"});
    does(folder, {"--max-pixels", "2073600", folder / "large.mkv", "-o", folder / "out.mkv"});
    // A container that says small where the pictures are large.
    make_clip(folder / "lies.nut", "-f lavfi -i color=black:s=20000x9000:r=1:d=1 -pix_fmt gray -c:v ffv1");
    refuses_without_faces(folder, {folder / "lies.nut"}, {"lies.nut", "20000x9000", "--max-pixels"});
}

TEST_CASE("a file with more streams than anybody needs is refused") {
    const TempDir folder;
    make_clip(folder / "one.mkv", "-f lavfi -i testsrc2=s=32x32:r=5:d=0.4 -c:v ffv1");
    std::string maps;
    for (int i = 0; i < 120; ++i) maps += " -map 0:v";
    make_clip(folder / "many.mkv", "-i " + (folder / "one.mkv") + maps + " -c copy");
    refuses_without_faces(folder, {folder / "many.mkv"}, {"many.mkv has 120 streams, more than --max-streams 100 allows"});
}
