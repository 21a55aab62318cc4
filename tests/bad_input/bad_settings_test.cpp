// Options, models and tracks files that are wrong: known before a frame is read, and nothing is left.
#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

const std::string kClip = "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v ffv1";
const std::string kHead = R"({"format":"invisiblur-tracks","version":1,)";

}  // namespace

TEST_CASE("options out of range or against each other: status 2") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    const std::pair<std::vector<std::string>, std::string> rows[] = {
        {{"--threshold", "-1"}, "threshold"},
        {{"--radius", "0"}, "radius"},
        {{"--margin", "nan"}, "margin"},
        {{"--halo", "inf"}, "halo"},
        {{"--threads", "-2"}, "threads"},
        {{"--detect-size", "99999999999"}, "detect-size"},
        {{"--fill", "solid=red"}, "fill"},
        {{"--region", "1,2,0,4"}, "region"},
        {{"--region", "1,2,3,4@5-2"}, "region"},
        {{"-y", "-n"}, "-y"},
        {{"-b:v", "1M", "--crf", "20"}, "--crf"},
        {{"--hash", "--analyse-only"}, "--hash"},
        {{"-o", "-", "--report", "-"}, "--report"},
    };
    for (const auto& [options, word] : rows) {
        CAPTURE(word);
        std::vector<std::string> arguments = options;
        arguments.push_back(folder / "in.mkv");
        refuses(folder, arguments, {word}, 2);
    }
}

TEST_CASE("a model that is missing, a folder, or another one") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    std::ofstream(folder / "other.onnx") << "not a network";
    refuses(folder, {"--model", folder / "gone.onnx", folder / "in.mkv"}, {"gone.onnx", "--model"});
    refuses(folder, {"--model", folder.path().string(), folder / "in.mkv"}, {folder.path().string()});
    refuses(folder, {"--model", folder / "other.onnx", folder / "in.mkv"}, {"other.onnx", "SHA-256", "scripts/setup"});
    refuses(folder, {"--model", folder / "other.onnx", "--passes", "1", folder / "in.mkv"}, {"other.onnx", "SHA-256"});
    refuses(folder, {"--plate", folder / "gone.png", folder / "in.mkv"}, {"gone.png"});
    refuses(folder, {"--plate", folder / "other.onnx", folder / "in.mkv"}, {"other.onnx"});
}

TEST_CASE("encoders and containers that cannot do it") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    refuses_without_faces(folder, {folder / "in.mkv", "-c:v", "nonsense"}, {"nonsense"});
    refuses_without_faces(folder, {folder / "in.mkv", "-f", "nonsense"}, {"nonsense"});
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "out.mp4"}, {"mp4 cannot hold ffv1", "-c:v"});
    refuses_without_faces(folder, {folder / "in.mkv", "-c:v", "libx264", "--preset", "nonsense"}, {"preset", "nonsense"});
    refuses_without_faces(folder, {folder / "in.mkv", "--encoder-opt", "nonsense=1"}, {"nonsense"});
}

TEST_CASE("a tracks file that is wrong names its line or its field") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    const std::pair<std::string, std::vector<std::string>> rows[] = {
        {"", {"line 1"}},
        {"{\n\"format\":\"invisiblur-tracks\",\n\"version\":1,\n\"tracks\":[{]}", {"line 4"}},
        {"[]", {"must be an object"}},
        {R"({"format":"others","version":1,"tracks":[]})", {"format"}},
        {R"({"format":"invisiblur-tracks","version":2,"tracks":[]})", {"version"}},
        {kHead + R"("tracks":{}})", {"tracks must be a list"}},
        {kHead + R"("tracks":[{"id":1}]})", {"tracks[0]", "boxes"}},
        {kHead + R"("tracks":[{"id":1,"boxes":[{"pts":0,"x":1,"y":1,"w":0,"h":5}]}]})", {"tracks[0].boxes[0].w"}},
        {kHead + R"("tracks":[{"id":1,"boxes":[{"pts":0,"x":"1","y":1,"w":4,"h":5}]}]})", {"tracks[0].boxes[0].x"}},
        {kHead + R"("tracks":[{"id":1,"boxes":[]},{"id":1,"boxes":[]}]})", {"tracks[1].id"}},
        {std::string(100000, '['), {"faces.json"}},
        {std::string("\0\xff\xfe", 3), {"faces.json"}},
    };
    for (const auto& [text, words] : rows) {
        CAPTURE(text.substr(0, 80));
        std::ofstream(folder / "faces.json", std::ios::binary) << text;
        std::vector<std::string> all = words;
        all.push_back(folder / "faces.json");
        refuses(folder, {"--tracks", folder / "faces.json", folder / "in.mkv"}, all);
    }
    refuses(folder, {"--tracks", folder / "gone.json", folder / "in.mkv"}, {"gone.json"});
    refuses(folder, {"--tracks", folder.path().string(), folder / "in.mkv"}, {folder.path().string()});
}

TEST_CASE("tracks of another video are refused: by its hash, by its size") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    make_clip(folder / "other.mkv", "-f lavfi -i testsrc=s=96x64:r=10:d=0.5 -c:v ffv1");
    must_run({program(), "--detect-size", "64", "--analyse-only", "-q", "--save-tracks", folder / "other.json", folder / "other.mkv"});
    refuses(folder, {"--tracks", folder / "other.json", folder / "in.mkv"}, {"other.json", "another video", "in.mkv"});
    CHECK(run({program(), "-q", "--tracks", folder / "other.json", folder / "other.mkv"}).status == 0);
    std::ofstream(folder / "large.json") << kHead << R"("source":{"width":1920,"height":1080},"tracks":[]})";
    refuses(folder, {"--tracks", folder / "large.json", folder / "in.mkv"}, {"large.json", "1920x1080", "96x64"});
}
