// Which engine runs the network when nothing is said, and what is said where the better one is there and fails.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "cli/program.hpp"
#include "detect/model_file.hpp"
#include "detect/module_network.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"

using namespace invisiblur;
using namespace invisiblur::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kSmallClip = "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v ffv1";

/// The program as it would be installed in a folder, with a module that is none.
std::string with_broken_module(const TempDir& dir) {
    fs::create_directories(dir / "bin");
    fs::create_directories(dir / "lib/invisiblur-engines");
    fs::create_directories(dir / "share/invisiblur");
    fs::copy_file(program(), dir / "bin/invis-transcode");
    fs::copy_file(checked_model_file({}), dir / "share/invisiblur/centerface.onnx");
    fs::copy_file(checked_model_file({}, kYunetModel), dir / "share/invisiblur/yunet_s.onnx");
    std::ofstream(dir / "lib/invisiblur-engines/libinvisiblur_openvino.so") << "no library";
    return dir / "bin/invis-transcode";
}

}  // namespace

TEST_CASE("-v says which engine ran the network") {
    if (!has_model()) return;
    const TempDir dir;
    make_clip(dir / "in.mkv", kSmallClip);
    const auto line = [&](const std::string& engine) {
        const Finished finished = transcode_command({"-v", "--progress", "none", "--hash", "--engine", engine, dir / "in.mkv"});
        CHECK(finished.status == 0);
        const std::size_t at = finished.err.find("detector: ");
        return at == std::string::npos ? finished.err : finished.err.substr(at, finished.err.find('\n', at) - at);
    };
    CHECK(line("opencv") == std::string("detector: centerface sha256:") + kCenterfaceModel.sha256 + ", run by opencv");
    CHECK(line("auto").ends_with(ModuleNetwork::is_there("openvino") ? ", run by openvino" : ", run by opencv"));
}

TEST_CASE("a module that does not load is said once, and OpenCV runs the network; by its name it is an error") {
    if (!has_model()) return;
    const TempDir dir;
    make_clip(dir / "in.mkv", kSmallClip);
    make_clip(dir / "more.mkv", kSmallClip);
    const std::string broken = with_broken_module(dir);
    fs::create_directory(dir / "out");
    const Finished fell_back = run({broken, "-v", "--progress", "none", "-o", dir / "out", dir / "in.mkv", dir / "more.mkv"});
    CHECK(fell_back.status == 0);
    const std::size_t said = fell_back.err.find("invis-transcode: --engine openvino: cannot load its module: ");
    REQUIRE(said != std::string::npos);
    CHECK(fell_back.err.find("; OpenCV runs the network instead\n") != std::string::npos);
    CHECK(fell_back.err.find("cannot load its module", said + 40) == std::string::npos);
    CHECK(fell_back.err.find(", run by opencv\n") != std::string::npos);
    CHECK(run({broken, "-q", "--hash", dir / "in.mkv"}).err.empty());

    const Finished named = run({broken, "-q", "--hash", "--engine", "openvino", dir / "in.mkv"});
    CHECK(named.status == 1);
    CHECK(named.out.empty());
    CHECK(named.err.find("--engine openvino: cannot load its module: ") != std::string::npos);
}
