// Live streams over the loopback, with ffmpeg at the other ends. Nothing here counts on a machine's speed: what comes too late is blank or left out,
// and what goes out never shows what is to be hidden.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iomanip>
#include <memory>
#include <sstream>
#include <thread>

#include "cli/program.hpp"
#include "support/clips.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A program that runs beside the test, and is gone with the object.
class Running {
public:
    Running(std::vector<std::string> argv, std::string said) : said_(std::move(said)) {
        std::vector<char*> raw;
        for (std::string& a : argv) raw.push_back(a.data());
        raw.push_back(nullptr);
        std::ofstream(said_).flush();
        fflush(nullptr);  // what waits to be printed is printed once
        child_ = fork();
        if (child_ != 0) return;
        if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout) || !freopen(said_.c_str(), "w", stderr)) _exit(126);
        execvp(raw[0], raw.data());
        _exit(127);
    }
    ~Running() {
        if (child_ <= 0) return;
        send(SIGKILL);
        wait();
    }
    Running(const Running&) = delete;

    void send(int number) const { kill(child_, number); }
    std::string said() const { return content_of(said_); }

    /// Its status; -1 where a signal ended it.
    int wait() {
        int status = 0;
        waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    std::string said_;
    pid_t child_ = 0;
};

void sleep_s(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Fails after two minutes, which is long on any machine.
void until(const std::string& what, const std::function<bool()>& holds) {
    for (int i = 0; i < 1200; ++i) {
        if (holds()) return;
        sleep_s(0.1);
    }
    FAIL("waited in vain until " << what);
}

int free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    close(probe);
    return ntohs(address.sin_port);
}

/// Whether somebody listens at a port, as the kernel lists it (proc(5), /proc/net/tcp and udp).
bool is_open(const std::string& protocol, int port) {
    std::ostringstream place;
    place << ':' << std::uppercase << std::hex << std::setw(4) << std::setfill('0') << port << ' ';
    const std::string listens = protocol == "tcp" ? ":0000 0A" : ":0000 07";
    const auto lists = [&](const std::string& table, std::size_t digits) { return content_of(table).find(place.str() + std::string(digits, '0') + listens) != std::string::npos; };
    return lists("/proc/net/" + protocol, 8) || lists("/proc/net/" + protocol + "6", 32);
}

/// What is to be hidden: a white square in a grey picture.
/// With sanitizers a program says the reason and leaves the test.
bool runs_without_sanitizers([[maybe_unused]] const char* reason) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    MESSAGE("skipped with sanitizers: ", reason);
    return false;
#else
    return true;
#endif
}

constexpr const char* kSlow = "datagrams that nobody takes in time are lost";

constexpr const char* kPicture = "color=c=0x808080:s=320x180:r=25,drawbox=x=40:y=40:w=64:h=64:c=white:t=fill";

void make_source(const std::string& path, double seconds) {
    make_clip(path, std::string("-f lavfi -i ") + kPicture + " -f lavfi -i sine=r=48000 -t " + std::to_string(seconds) + " -c:v mpeg2video -g 5 -q:v 2 -c:a mp2");
}

std::vector<std::string> job(std::vector<std::string> arguments) {
    const std::vector<std::string> usual{program(), "--region", "32,32,80,80", "--fill", "solid=000000", "--detect-size", "64"};
    arguments.insert(arguments.begin(), usual.begin(), usual.end());
    return arguments;
}

std::vector<std::string> ffmpeg(const std::string& arguments) {
    std::vector<std::string> argv = split("ffmpeg -nostdin -v error " + arguments, ' ');
    std::erase(argv, "");
    return argv;
}

std::string tcp(int port) { return "tcp://127.0.0.1:" + std::to_string(port); }
std::string udp(int port) { return "udp://127.0.0.1:" + std::to_string(port); }

/// The mean luma of a part of each frame.
std::vector<int> lumas(const std::string& path, const std::string& crop) {
    const std::string bytes = must_run(ffmpeg("-i " + path + " -an -vf crop=" + crop + ",scale=1:1:flags=area,format=gray -fps_mode passthrough -f rawvideo -"));
    std::vector<int> values;
    for (const char byte : bytes) values.push_back(static_cast<unsigned char>(byte));
    return values;
}

struct Result {
    std::size_t frames = 0;
    std::size_t blank = 0;
};

/// Looks at what a receiver got: nothing hidden is seen, and time goes on.
Result check_result(const std::string& path) {
    const std::vector<int> hidden = lumas(path, "40:40:52:52"), beside = lumas(path, "80:80:200:60");
    REQUIRE(!hidden.empty());
    CHECK(*std::ranges::max_element(hidden) < 80);
    std::vector<std::int64_t> pts = ffprobe_pts(path);
    CHECK(pts.size() == hidden.size());
    CHECK(std::ranges::adjacent_find(pts, std::greater_equal<>()) == pts.end());
    return {beside.size(), static_cast<std::size_t>(std::ranges::count_if(beside, [](int luma) { return luma < 60; }))};
}

/// A receiver that writes what it gets to a file.
std::unique_ptr<Running> receive(const TempDir& folder, const std::string& protocol, int port) {
    const std::string address = protocol == "tcp" ? tcp(port) + "?listen=1" : udp(port);
    auto receiver = std::make_unique<Running>(ffmpeg("-copyts -i " + address + " -map 0 -c copy -flush_packets 1 -y " + (folder / "out.ts")), folder / "receiver");
    until("the receiver listens", [&] { return is_open(protocol, port); });
    return receiver;
}

}  // namespace

TEST_CASE("a stream goes through whole, and ends well when the job is told to stop") {
    const TempDir folder;
    make_source(folder / "in.ts", 2);
    const int in = free_port(), out = free_port();
    const auto receiver = receive(folder, "tcp", out);
    Running transcoder(job({"--delay", "60", tcp(in) + "?listen=1", "-o", tcp(out)}), folder / "said");
    until("it listens", [&] { return is_open("tcp", in); });
    must_run(ffmpeg("-re -i " + (folder / "in.ts") + " -map 0 -c copy -f mpegts " + tcp(in)));
    until("the end is seen", [&] { return transcoder.said().find("is lost") != std::string::npos; });
    transcoder.send(SIGINT);
    CHECK_MESSAGE(transcoder.wait() == 0, transcoder.said());
    CHECK(receiver->wait() == 0);
    const Result result = check_result(folder / "out.ts");
    CHECK(result.frames == ffprobe_pts(folder / "in.ts").size());
    CHECK(result.blank == 0);
    CHECK(ffprobe_value(folder / "out.ts", "a:0", "codec_name") == "mp2");
    CHECK(transcoder.said().find("live: ") != std::string::npos);
}

TEST_CASE("a burst of datagrams is worked on in time or is blank") {
    if (!runs_without_sanitizers(kSlow)) return;
    const TempDir folder;
    make_source(folder / "in.ts", 6);
    const int in = free_port(), out = free_port();
    auto receiver = receive(folder, "udp", out);
    Running transcoder(job({"--delay", "0.4", udp(in), "-o", udp(out)}), folder / "said");
    until("it listens", [&] { return is_open("udp", in); });
    Running sender(ffmpeg("-stream_loop -1 -readrate 3 -i " + (folder / "in.ts") + " -map 0 -c copy -f mpegts " + udp(in) + "?pkt_size=1316"), folder / "sender");
    until("something comes", [&] { return content_of(folder / "out.ts").size() > 200'000; });
    transcoder.send(SIGTERM);
    CHECK_MESSAGE(transcoder.wait() == 0, transcoder.said());
    receiver.reset();
    CHECK(check_result(folder / "out.ts").frames > 0);
}

TEST_CASE("while a sender stalls blank pictures go on, and then what it sends") {
    if (!runs_without_sanitizers(kSlow)) return;
    const TempDir folder;
    make_source(folder / "in.ts", 60);
    const int in = free_port(), out = free_port();
    auto receiver = receive(folder, "udp", out);
    Running transcoder(job({"--delay", "1", udp(in), "-o", udp(out)}), folder / "said");
    until("it listens", [&] { return is_open("udp", in); });
    Running sender(ffmpeg("-re -i " + (folder / "in.ts") + " -map 0 -c copy -f mpegts " + udp(in) + "?pkt_size=1316"), folder / "sender");
    const auto size = [&] { return content_of(folder / "out.ts").size(); };
    until("something comes", [&] { return size() > 10'000; });
    sender.send(SIGSTOP);
    sleep_s(3);
    sender.send(SIGCONT);
    sleep_s(3);
    transcoder.send(SIGINT);
    CHECK_MESSAGE(transcoder.wait() == 0, transcoder.said());
    receiver.reset();
    CHECK(check_result(folder / "out.ts").blank > 10);
}

TEST_CASE("a sender that comes back is taken up again, in one result whose time goes on") {
    const TempDir folder;
    make_source(folder / "in.ts", 1);
    const int in = free_port(), out = free_port();
    const auto receiver = receive(folder, "tcp", out);
    Running transcoder(job({"--delay", "60", tcp(in) + "?listen=1", "-o", tcp(out)}), folder / "said");
    const auto said = [&](const std::string& words) { return [&, words] { return transcoder.said().find(words) != std::string::npos; }; };
    until("it listens", [&] { return is_open("tcp", in); });
    const auto sender = ffmpeg("-re -i " + (folder / "in.ts") + " -map 0 -c copy -f mpegts " + tcp(in));
    must_run(sender);
    until("it is lost", said("is lost"));
    until("it listens again", [&] { return is_open("tcp", in); });
    must_run(sender);
    until("it came back", said("came back"));
    until("it is lost again", [&] { return transcoder.said().rfind("is lost") > transcoder.said().find("came back"); });
    transcoder.send(SIGINT);
    CHECK_MESSAGE(transcoder.wait() == 0, transcoder.said());
    CHECK(receiver->wait() == 0);
    CHECK(check_result(folder / "out.ts").frames >= 2 * ffprobe_pts(folder / "in.ts").size());
}

TEST_CASE("a receiver that is gone ends the job with a sentence") {
    if (!runs_without_sanitizers(kSlow)) return;
    const TempDir folder;
    make_source(folder / "in.ts", 4);
    const int in = free_port(), out = free_port();
    const auto receiver = receive(folder, "tcp", out);
    Running transcoder(job({udp(in), "-o", tcp(out)}), folder / "said");
    until("it listens", [&] { return is_open("udp", in); });
    Running sender(ffmpeg("-re -stream_loop -1 -i " + (folder / "in.ts") + " -map 0 -c copy -f mpegts " + udp(in) + "?pkt_size=1316"), folder / "sender");
    until("something comes", [&] { return content_of(folder / "out.ts").size() > 10'000; });
    receiver->send(SIGKILL);
    CHECK_MESSAGE(transcoder.wait() == 1, transcoder.said());
    CHECK(transcoder.said().find(tcp(out) + " takes the stream no longer") != std::string::npos);
}

TEST_CASE("a result goes to an RTSP server") {
    if (!runs_without_sanitizers("libav's RTSP muxer keeps buffers")) return;
    const TempDir folder;
    make_source(folder / "in.ts", 2);
    const int in = free_port(), out = free_port();
    const std::string address = "rtsp://127.0.0.1:" + std::to_string(out) + "/live";
    Running receiver(ffmpeg("-rtsp_flags listen -i " + address + " -map 0 -c copy -y " + (folder / "out.ts")), folder / "receiver");
    until("the receiver listens", [&] { return is_open("tcp", out); });
    Running transcoder(job({"--delay", "60", tcp(in) + "?listen=1", "-o", address}), folder / "said");
    until("it listens", [&] { return is_open("tcp", in); });
    must_run(ffmpeg("-re -i " + (folder / "in.ts") + " -map 0 -c copy -f mpegts " + tcp(in)));
    until("the end is seen", [&] { return transcoder.said().find("is lost") != std::string::npos; });
    transcoder.send(SIGINT);
    CHECK_MESSAGE(transcoder.wait() == 0, transcoder.said());
    CHECK_MESSAGE(receiver.wait() == 0, receiver.said());
    const Result result = check_result(folder / "out.ts");
    CHECK(result.frames > 0);
    CHECK(result.blank == 0);
}

TEST_CASE("what contradicts a live source is said") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=64x48:r=5:d=0.4 -c:v mpeg4");
    const auto refused = [&](const std::vector<std::string>& arguments, const std::string& words) {
        const Finished finished = transcode_command(arguments);
        CHECK(finished.status != 0);
        CHECK_MESSAGE(finished.err.find(words) != std::string::npos, finished.err);
    };
    refused({"--delay", "1", folder / "in.mkv"}, "is a file: leave them out");
    refused({"--on-late", "blank", folder / "in.mkv"}, "is a file: leave them out");
    refused({"--on-late", "wait", "-", "-o", folder / "out.mkv"}, "add --delay");
    refused({folder / "in.mkv", "-o", tcp(free_port())}, "cannot connect to tcp://");
    refused({"-f", "mp4", folder / "in.mkv", "-o", "rtsp://127.0.0.1:9/live"}, "leave --format out");
    refused({"--verify", folder / "in.mkv", "-o", udp(free_port())}, "--verify reads the result again");
    CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
}
