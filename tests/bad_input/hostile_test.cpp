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

std::string big16(std::uint16_t v) {
    return {static_cast<char>(v >> 8), static_cast<char>(v)};
}

std::string padded(const std::string& text, std::size_t size) {
    return text + std::string(size - text.size(), '\0');
}

/// Replaces a movie's data reference "in this file" by an alias record (Inside Macintosh: Files, "Alias Manager") to a path.
void point_to(std::string& movie, const std::string& path) {
    std::string mac = path;  // of this older notation's separators
    std::replace(mac.begin(), mac.end(), '/', ':');
    if (mac.size() % 2 != 0) mac += '\0';
    const std::string record = std::string(10, '\0') + '\1' + padded("v", 27) + std::string(12, '\0') + '\1' + padded("n", 63) + std::string(16, '\0') +
                               big16(1) + big16(1) + std::string(16, '\0') + big16(2) + big16(static_cast<std::uint16_t>(mac.size())) + mac + big16(0xffff) + big16(0);
    const auto url = movie.find("url ", movie.find("dref"));
    REQUIRE(url != std::string::npos);
    movie.replace(url - 4, 12, big32(static_cast<std::uint32_t>(12 + record.size())) + "alis" + big32(0) + record);
    for (const char* atom : {"moov", "trak", "mdia", "minf", "dinf", "dref"}) {
        const auto at = movie.rfind(atom, url) - 4;
        std::uint32_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<std::uint8_t>(movie[at + i]);
        movie.replace(at, 4, big32(size + static_cast<std::uint32_t>(record.size())));
    }
}

std::string little32(std::uint32_t v) {
    std::string text = big32(v);
    std::reverse(text.begin(), text.end());
    return text;
}

/// One entry of a TIFF's directory, of one 32-bit value.
std::string tiff_entry(std::uint32_t tag, std::uint32_t value) {
    return little32(tag | 4U << 16) + little32(1) + little32(value);
}

std::string exr_attribute(const std::string& name, const std::string& type, const std::string& value) {
    return name + '\0' + type + '\0' + little32(static_cast<std::uint32_t>(value.size())) + value;
}

/// An EBML element whose size takes eight bytes.
std::string ebml(const std::string& id, const std::string& content) {
    return id + "\x01" + std::string(3, '\0') + big32(static_cast<std::uint32_t>(content.size())) + content;
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
    make_clip(folder / "secret.mov", "-f lavfi -i testsrc2=s=96x64:r=10:d=1 -c:v mjpeg");
    std::string bytes = content_of(folder / "secret.mov");
    const auto data = bytes.find("mdat"), movie = bytes.find("moov");
    REQUIRE((data != std::string::npos && movie != std::string::npos && data < movie));
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(data) + 4, bytes.begin() + static_cast<std::ptrdiff_t>(movie) - 4, '\0');
    point_to(bytes, folder / "secret.mov");
    write_file(folder / "other.mov", bytes);
    // Who asks for it gets the other file's pictures: the reference is a true one.
    const std::string shown = folder / "shown.mkv";
    make_clip(shown, "-enable_drefs 1 -use_absolute_path 1 -i " + (folder / "other.mov") + " -c copy");
    REQUIRE(ffprobe_times(shown).size() == 10);
    refuses_without_faces(folder, {folder / "other.mov"}, {"other.mov"});
    refuses_without_faces(folder, {"--protocols", "file", folder / "other.mov"}, {"other.mov"});
}

TEST_CASE("pictures that would fill the memory are refused by their size") {
    const TempDir folder;
    // A PNG's head, 60000 x 60000, in a movie and alone; the pixels that it promises are not even there.
    const std::string head = "\x89PNG\r\n\x1a\n" + big32(13) + "IHDR" + big32(60000) + big32(60000) + std::string("\x08\x02\x00\x00\x00", 5) + big32(0);
    write_file(folder / "bomb.png", head + big32(0) + "IDAT" + big32(0) + big32(0) + "IEND" + big32(0));
    refuses_without_faces(folder, {folder / "bomb.png"}, {"bomb.png"});
    // A TIFF and an OpenEXR picture that say the same.
    const std::uint32_t side = 60000;
    write_file(folder / "bomb.tif", "II*" + std::string(1, '\0') + little32(8) + std::string("\x09\0", 2) + tiff_entry(256, side) + tiff_entry(257, side) +
                                        tiff_entry(258, 8) + tiff_entry(259, 8) + tiff_entry(262, 1) + tiff_entry(273, 8) + tiff_entry(277, 1) +
                                        tiff_entry(278, side) + tiff_entry(279, 100) + little32(0));
    refuses_without_faces(folder, {folder / "bomb.tif"}, {"bomb.tif"});
    const std::string window = little32(0) + little32(0) + little32(side - 1) + little32(side - 1);
    const std::string channel = std::string("Y\0", 2) + little32(1) + little32(0) + little32(1) + little32(1) + '\0';
    write_file(folder / "bomb.exr", "\x76\x2f\x31\x01" + little32(2) + exr_attribute("channels", "chlist", channel) +
                                        exr_attribute("compression", "compression", "\3") + exr_attribute("dataWindow", "box2i", window) +
                                        exr_attribute("displayWindow", "box2i", window) + exr_attribute("lineOrder", "lineOrder", std::string(1, '\0')) +
                                        exr_attribute("pixelAspectRatio", "float", little32(0x3f800000)) +
                                        exr_attribute("screenWindowCenter", "v2f", std::string(8, '\0')) +
                                        exr_attribute("screenWindowWidth", "float", little32(0x3f800000)) + std::string(1000, '\0'));
    refuses_without_faces(folder, {folder / "bomb.exr"}, {"bomb.exr"});
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
    // A hundred thousand of them, in two megabytes.
    std::string tracks;
    for (std::uint32_t i = 1; i <= 100000; ++i) {
        const std::string picture = std::string("\xE0\x86\xB0\x81\x20\xBA\x81\x20", 8);
        tracks += ebml("\xAE", "\xD7\x84" + big32(i) + "\x73\xC5\x84" + big32(i) + "\x83\x81\x01\x86\x85V_VP8" + picture);
    }
    write_file(folder / "crowd.mkv", ebml("\x1A\x45\xDF\xA3", "\x42\x82\x88matroska") + ebml("\x18\x53\x80\x67", ebml("\x16\x54\xAE\x6B", tracks) + ebml("\x1F\x43\xB6\x75", std::string("\xE7\x81\x00", 3))));
    refuses_without_faces(folder, {folder / "crowd.mkv"}, {"crowd.mkv has more streams than --max-streams 100 allows"});
}
