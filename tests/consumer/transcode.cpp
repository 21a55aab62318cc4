// Uses what libinvisiblur-job.so brings as a stranger does: whole files, together with what libinvisiblur.so brings.
#include <cstdio>
#include <cstring>
#include <functional>
#include <invisiblur/anonymizer.hpp>
#include <invisiblur/error.hpp>
#include <invisiblur/transcode.hpp>
#include <stdexcept>

namespace {

constexpr const char* kNobodyThere = "http://127.0.0.1:1/talk.mkv";

void require(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

/// Counts what it is told, and does something the first time, when the job has begun.
class Listener : public invisiblur::Progress {
public:
    explicit Listener(std::function<void()> once = {}) : once_(std::move(once)) {}
    void update(const invisiblur::ProgressStep&) override {
        if (updates++ == 0 && once_) once_();
    }
    void warn(const std::string&) override {}
    int updates = 0;

private:
    std::function<void()> once_;
};

void errors_are_caught(const std::string& input, const std::string& output) {
    Listener listener;
    try {
        invisiblur::transcode({kNobodyThere, output, {}}, listener);
        require(false, "a server that is not there was read");
    } catch (const std::system_error& error) {
        require(error.code().category() == invisiblur::libav_category(), "a libav failure has a category that is not libav_category()");
        require(std::strstr(error.what(), kNobodyThere) != nullptr, "the error does not name the source");
    }
    Listener stopping;
    stopping.cancel = true;
    try {
        invisiblur::transcode({input, output, {}}, stopping);
        require(false, "a job that was to stop went on");
    } catch (const invisiblur::Cancelled&) {
    }
}

/// Both libraries use libav, which has one callback for complaints. Reading the plate's file must not turn the job's ear away.
void damage_is_noticed(const std::string& damaged, const std::string& plate, const std::string& output) {
    Listener listener([&] {
        const invisiblur::Options options = invisiblur::parse_options("plate=" + plate);
        invisiblur::Anonymizer(options, {.width = 160, .height = 120, .time_base_num = 1, .time_base_den = 25, .frame_rate = 25});
    });
    invisiblur::Options options = invisiblur::parse_options("lookahead=4");
    options.salvage = true;
    options.passes = "1";
    require(!invisiblur::transcode({damaged, output, options}, listener).damaged.empty(), "a damaged picture passed as a whole one");
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5) return 2;
    try {
        const std::string input = arguments[1], damaged = arguments[2], plate = arguments[3], folder = arguments[4];
        require(invisiblur::default_output("talk.mkv", {}) == "talk_invisible.mkv", "the result has another name");
        errors_are_caught(input, folder + "/result.mkv");
        damage_is_noticed(damaged, plate, folder + "/salvaged.mkv");
        Listener listener;
        const invisiblur::Report report = invisiblur::transcode({input, folder + "/result.mkv", invisiblur::parse_options("min-face=24")}, listener);
        require(report.streams.size() == 1 && listener.updates > 0, "the video stream was not done");
        require(invisiblur::print_report(report).find("\"faces\"") != std::string::npos, "the report is not printed");
        std::printf("transcode.cpp: %lld frames through transcode()\n", static_cast<long long>(report.streams[0].frames));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "transcode.cpp: %s\n", error.what());
        return 1;
    }
}
