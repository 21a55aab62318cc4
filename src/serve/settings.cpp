#include "serve/settings.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

fs::path default_data() {
    if (const char* const data = std::getenv("XDG_DATA_HOME"); data && *data == '/') return fs::path(data) / "invisiblur";
    const char* const home = std::getenv("HOME");
    if (!home || *home != '/') return {};
    return fs::path(home) / ".local/share/invisiblur";
}

/// The options as CLI11 knows them; texts go to `settings` when it parses.
struct Form {
    explicit Form(Settings& s) {
        app.name("invis-serve");
        app.set_help_flag();
        help = app.add_flag("-h,--help")->description("Print this and end.");
        version = app.add_flag("--version")->description("Print the version and end.");
        worker = app.add_flag("--worker")->description("")->group("");  // how the program calls itself
        app.add_option("--port", s.port, "Port of the page; 0 takes a free one.")->check(CLI::Range(0, 65535))->capture_default_str();
        app.add_option("--bind", s.bind, "Address to listen at; any but this machine's own needs --token.")->capture_default_str();
        app.add_option("--folder", s.folder, "Folder whose videos can be picked; results go beside them.");
        app.add_option("--data", s.data, "Folder for uploads and jobs (default: invisiblur in the user's data folder).");
        app.add_option("--max-size", s.max_size, "Largest upload, such as 500M or 8G.")
            ->transform(CLI::AsSizeValue(false))
            ->check(CLI::PositiveNumber)
            ->default_str("8G");
        app.add_option("--jobs", s.jobs, "Videos that are processed at a time.")->check(CLI::Range(1, 16))->capture_default_str();
        app.add_option("--threads", s.threads, "Threads of each job; 0 takes one per processor.")->check(CLI::Range(0, 256))->capture_default_str();
        app.add_option("--keep-days", s.keep_days, "Days after which what was uploaded and made from it is deleted.")
            ->check(CLI::Range(1, 3650))
            ->capture_default_str();
        app.add_option("--max-hours", s.max_hours, "Hours after which a job is given up.")->check(CLI::Range(1, 1000))->capture_default_str();
        app.add_option("--worker-memory", s.worker_memory, "Most memory that one job may take, such as 6G.")->transform(CLI::AsSizeValue(false));
        app.add_option("--host", s.hosts, "Name by which browsers may call the server, besides localhost and its address; repeatable.");
        token = app.add_flag("--token")->description("Ask for a token, which is made anew at each start unless INVISIBLUR_TOKEN holds one.");
    }
    CLI::App app{"A page in the browser that makes faces in videos invisible."};
    CLI::Option *help, *version, *worker, *token;
};

void check_folders(Settings& s) {
    std::error_code failed;
    if (!s.folder.empty()) {
        const fs::path folder = fs::canonical(s.folder, failed);
        if (failed || !fs::is_directory(folder)) throw UsageError("--folder " + s.folder.string() + " is no folder that can be read");
        s.folder = folder;
    }
    if (s.data.empty()) s.data = default_data();
    if (s.data.empty()) throw UsageError("there is no home folder to keep uploads in: give --data FOLDER");
    s.data = fs::absolute(s.data);
}

void take_token(Settings& s, bool asked) {
    const char* const own = std::getenv("INVISIBLUR_TOKEN");
    if (own && *own) {
        s.access_token = own;
        if (s.access_token.size() < 16) throw UsageError("INVISIBLUR_TOKEN has fewer than 16 characters, which can be guessed: take a longer one");
    } else if (asked) {
        s.access_token = random_token();
    }
    if (!s.access_token.empty() || is_loopback(s.bind)) return;
    throw UsageError("--bind " + s.bind + " lets other machines in: give --token too, so that only who knows it can use the page");
}

}  // namespace

bool is_loopback(const std::string& address) {
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

Settings parse_settings(std::vector<std::string> arguments) {
    Settings settings;
    Form form(settings);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes its words from the end
    try {
        form.app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        throw UsageError(std::string(error.what()) + "; see invis-serve --help");
    }
    if (form.help->count() > 0) settings.action = Settings::Action::help;
    if (form.version->count() > 0) settings.action = Settings::Action::version;
    if (form.worker->count() > 0) settings.action = Settings::Action::worker;
    if (settings.action != Settings::Action::serve) return settings;
    check_folders(settings);
    take_token(settings, form.token->count() > 0);
    return settings;
}

std::string help_text() {
    Settings settings;
    return Form(settings).app.help();
}

}  // namespace invisiblur::serve
