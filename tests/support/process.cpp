#include "support/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace invisiblur::test {

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

namespace {

void redirect(int fd, const std::string& path, int flags) {
    const int opened = open(path.c_str(), flags, 0600);
    if (opened < 0 || dup2(opened, fd) < 0) _exit(126);
    close(opened);
}

}  // namespace

Finished run(const std::vector<std::string>& argv, const std::string& stdin_path) {
    const TempDir dir;
    const std::string out = dir / "out", err = dir / "err";
    std::vector<char*> raw;
    for (const std::string& a : argv) raw.push_back(const_cast<char*>(a.c_str()));
    raw.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("cannot fork");
    if (child == 0) {
        redirect(0, stdin_path.empty() ? "/dev/null" : stdin_path, O_RDONLY);
        redirect(1, out, O_WRONLY | O_CREAT | O_TRUNC);
        redirect(2, err, O_WRONLY | O_CREAT | O_TRUNC);
        execvp(raw[0], raw.data());
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return {WIFEXITED(status) ? WEXITSTATUS(status) : kKilled + WTERMSIG(status), content_of(out), content_of(err)};
}

Finished shell(const std::string& line) {
    return run({"bash", "-o", "pipefail", "-c", line});
}

std::string must_run(const std::vector<std::string>& argv) {
    Finished finished = run(argv);
    if (finished.status == 0) return finished.out;
    std::string line;
    for (const std::string& a : argv) line += a + ' ';
    throw std::runtime_error(line + "ended with " + std::to_string(finished.status) + ": " + finished.err);
}

TempDir::TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "invisiblur-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder " + name);
    path_ = name;
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> TempDir::names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace invisiblur::test
