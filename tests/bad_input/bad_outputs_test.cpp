// Where the result cannot or must not go: one line, and what stood there stands there still.
#include <sys/mount.h>
#include <unistd.h>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

const std::string kClip = "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -c:v ffv1";

/// A memory file system at a folder, where the machine allows that.
class SmallDisk {
public:
    SmallDisk(const std::string& path, const char* options) : path_(path) {
        std::filesystem::create_directory(path);
        mounted_ = mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0;
        if (!mounted_) MESSAGE("skipped: no file system can be mounted here");
    }
    ~SmallDisk() {
        if (mounted_) umount2(path_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }
    void make_read_only() const { CHECK(mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0); }

private:
    std::string path_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("a folder as the output takes the result under its usual name; one that is not there is an error") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    std::filesystem::create_directory(folder / "there");
    does(folder, {folder / "in.mkv", "-o", folder / "there/"});
    CHECK(std::filesystem::exists(folder / "there/in_invisible.mkv"));
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "there"}, {folder / "there/in_invisible.mkv", "exists already"});
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "nowhere/out.mkv"}, {"nowhere/out.mkv", "No such file or directory"});
}

TEST_CASE("an input is never written over, whatever name it goes by") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    std::filesystem::create_symlink("in.mkv", folder / "soft.mkv");
    std::filesystem::create_hard_link(folder / "in.mkv", folder / "hard.mkv");
    for (const std::string name : {"in.mkv", "./in.mkv", "soft.mkv", "hard.mkv"}) {
        CAPTURE(name);
        refuses_without_faces(folder, {"-y", folder / "in.mkv", "-o", folder / name}, {"the output", "is the input itself"});
        refuses_without_faces(folder, {"-y", folder / "soft.mkv", "-o", folder / name}, {"the output", "is the input itself"});
        for (const std::string flag : {"--report", "--save-tracks", "--save-plate"}) {
            CAPTURE(flag);
            refuses_without_faces(folder, {"-y", folder / "in.mkv", flag, folder / name}, {flag});
        }
    }
    refuses(folder, {"--tracks", folder / "none.json", folder / "in.mkv", "--report", folder / "./none.json"}, {"--report"});
}

TEST_CASE("a report never takes the name of the result") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    for (const std::string flag : {"--report", "--save-tracks", "--save-plate"}) {
        CAPTURE(flag);
        refuses_without_faces(folder, {"-y", folder / "in.mkv", flag, folder / "in_invisible.mkv"}, {flag});
    }
}

TEST_CASE("an output that exists: an error, an error with -n, replaced with -y") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    std::ofstream(folder / "out.mkv") << "mine";
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "out.mkv"}, {folder / "out.mkv", "exists already", "-y"});
    refuses_without_faces(folder, {"-n", folder / "in.mkv", "-o", folder / "out.mkv"}, {folder / "out.mkv", "exists already"});
    std::filesystem::create_symlink("nowhere.mkv", folder / "dangling.mkv");
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "dangling.mkv"}, {"exists already"});
    does(folder, {"-y", folder / "in.mkv", "-o", folder / "out.mkv"});
    CHECK(ffprobe_times(folder / "out.mkv") == ffprobe_times(folder / "in.mkv"));
}

TEST_CASE("a failed job leaves the file that -y would have replaced") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    std::filesystem::resize_file(folder / "in.mkv", std::filesystem::file_size(folder / "in.mkv") / 2);
    std::ofstream(folder / "out.mkv") << "mine";
    refuses_without_faces(folder, {"-y", "--strict", folder / "in.mkv", "-o", folder / "out.mkv"}, {"in.mkv"});
    CHECK(content_of(folder / "out.mkv") == "mine");
}

TEST_CASE("no room: a limit on the size of files") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    const std::string tracks = no_faces(folder);
    const Snapshot before = snapshot(folder.path());
    const Finished finished =
        shell("ulimit -f 40; exec " + program() + " --tracks " + tracks + " " + (folder / "in.mkv") + " -o " + (folder / "out.mkv"));
    CHECK(finished.status == 1);
    check_line(finished.err, {"cannot write " + (folder / "out.mkv"), "File too large"});
    CHECK(snapshot(folder.path()) == before);
}

TEST_CASE("no room: a full device and a full disk") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    refuses_without_faces(folder, {folder / "in.mkv", "-y", "-o", "/dev/full"}, {"cannot write /dev/full", "No space left on device"});
    const SmallDisk disk(folder / "disk", "size=64k");
    if (!disk.mounted()) return;
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "disk/out.mkv"},
                          {"cannot write " + (folder / "disk/out.mkv"), "No space left"});
    refuses_without_faces(folder, {folder / "in.mkv", "-c:v", "mpeg4", "--crf", "1", "-o", folder / "disk/out.mp4"}, {"No space left"});
}

TEST_CASE("a folder that may only be read") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    if (geteuid() != 0) {
        std::filesystem::create_directory(folder / "fixed");
        std::filesystem::permissions(folder / "fixed", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
        refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "fixed/out.mkv"},
                              {"cannot write", "fixed/out.mkv", "Permission denied"});
        return;
    }
    const SmallDisk disk(folder / "disk", "size=1m");
    if (!disk.mounted()) return;
    disk.make_read_only();
    refuses_without_faces(folder, {folder / "in.mkv", "-o", folder / "disk/out.mkv"},
                          {"cannot write " + (folder / "disk/out.mkv"), "Read-only"});
    refuses_without_faces(folder, {folder / "in.mkv", "--report", folder / "disk/r.json"},
                          {"cannot write " + (folder / "disk/r.json"), "Read-only"});
}

TEST_CASE("a reader that goes away") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=320x240:r=25:d=4 -c:v ffv1");
    const std::string said = folder / "said";
    shell(program() + " --tracks " + no_faces(folder) + " " + (folder / "in.mkv") + " -o - 2>" + said + " | head -c 100 > /dev/null");
    check_line(content_of(said), {"cannot write", "Broken pipe"});
}

TEST_CASE("closed standard streams: no message ends up in a video") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    const std::string job = program() + " --progress json --tracks " + no_faces(folder) + " " + (folder / "in.mkv") + " -o ";
    CHECK(shell(job + (folder / "open.avi")).status == 0);
    CHECK(shell(job + (folder / "closed.avi") + " <&- >&- 2>&-").status == 0);
    CHECK(content_of(folder / "closed.avi") == content_of(folder / "open.avi"));
    const Finished nowhere = shell(job + "- >&-");
    CHECK(nowhere.status == 1);
    CHECK(nowhere.err.find("cannot write standard output") != std::string::npos);
    const Finished nothing = shell(program() + " - -o " + (folder / "out.mkv") + " <&-");
    CHECK(nothing.status == 1);
    check_line(nothing.err, {"standard input"});
}

TEST_CASE("pipes with names are read and written like any other") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kClip);
    must_run({"mkfifo", folder / "to", folder / "from"});
    const std::string line = "(cat " + (folder / "in.mkv") + " > " + (folder / "to") + " &) ; (cat " + (folder / "from") + " > " +
                             (folder / "got.mkv") + " & " + program() + " --tracks " + no_faces(folder) + " -q " + (folder / "to") +
                             " -o " + (folder / "from") + " && wait)";
    const Finished finished = shell(line);
    CHECK_MESSAGE(finished.status == 0, finished.err);
    CHECK(ffprobe_times(folder / "got.mkv") == ffprobe_times(folder / "in.mkv"));
}
