// A source from a server: whole, with ranges, and one that breaks off.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

constexpr const char* kServer = R"(
import http.server, os, sys
folder, port_file = sys.argv[1:3]
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def do_GET(self):
        mode, name = self.path.split("?")[0].strip("/").split("/")
        try: data = open(os.path.join(folder, name), "rb").read()
        except OSError: return self.send_error(404)
        first, ranged = 0, "Range" in self.headers and mode != "plain"
        if ranged: first = int(self.headers["Range"].split("=")[1].split("-")[0])
        self.send_response(206 if ranged else 200)
        if ranged: self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - first))
        self.send_header("Connection", "close")
        self.end_headers()
        end = len(data) * 6 // 10 if mode == "broken" else len(data)
        self.wfile.write(data[first:max(first, end)])
        self.close_connection = True
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w") as out: out.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
server.serve_forever()
)";

/// Lives as long as the object.
class Server {
public:
    explicit Server(const std::string& folder) {
        std::ofstream(room_ / "server.py") << kServer;
        const std::string script = room_ / "server.py", port = room_ / "port";
        child_ = fork();
        REQUIRE(child_ >= 0);
        if (child_ == 0) {
            execlp("python3", "python3", script.c_str(), folder.c_str(), port.c_str(), static_cast<char*>(nullptr));
            _exit(127);
        }
        for (int tries = 0; tries < 3000 && !std::filesystem::exists(port); ++tries) usleep(10'000);
        base_ = "http://127.0.0.1:" + content_of(port) + "/";
    }
    ~Server() {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }
    std::string operator/(const std::string& path) const { return base_ + path; }

private:
    TempDir room_;
    pid_t child_ = -1;
    std::string base_;
};

}  // namespace

TEST_CASE("a source from a server is done like a file, with ranges and without") {
    const TempDir folder, results;
    make_clip(folder / "in.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v libx264 -pix_fmt yuv420p");  // its table stands at the end
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v libx264 -pix_fmt yuv420p");
    const Server server(folder.path().string());
    does(results, {server / "ranges/in.mp4", "-o", results / "a.mkv"});
    does(results, {server / "plain/in.mkv?token=1", "-o", results / "b.mkv"});
    for (const char* name : {"a.mkv", "b.mkv"}) CHECK(ffprobe_times(results / name).size() == 50);
}

TEST_CASE("a connection that breaks is an error, and so is what the server lacks") {
    const TempDir folder, results;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=320x240:r=25:d=3 -c:v mpeg4 -q:v 2");
    const Server server(folder.path().string());
    refuses_without_faces(results, {server / "broken/in.mkv", "-o", results / "c.mkv"}, {"in.mkv", "0:00:0"});
    refuses_without_faces(results, {server / "plain/gone.mkv", "-o", results / "d.mkv"}, {"gone.mkv", "404"});
    std::ofstream(folder / "list.m3u8") << "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\nfile://" + (folder / "in.mkv") + "\n#EXT-X-ENDLIST\n";
    refuses_without_faces(results, {server / "plain/list.m3u8", "-o", results / "e.mkv"}, {"list.m3u8"});
}
