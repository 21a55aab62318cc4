#include <csignal>
#include <exception>
#include <iostream>
#include <thread>

#include "invisiblur/invisiblur.h"
#include "serve/app.hpp"
#include "serve/log.hpp"
#include "serve/settings.hpp"
#include "serve/worker.hpp"

namespace {

using namespace invisiblur::serve;

constexpr int kFailed = 1, kUsage = 2;

/// "http://localhost:5000/", with the token behind '#', which browsers keep to themselves.
std::string address_of(const Settings& settings, int port) {
    const bool any = settings.bind == "0.0.0.0" || settings.bind == "::";
    std::string host = is_loopback(settings.bind) || any ? "localhost" : settings.bind;
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return "http://" + host + ":" + std::to_string(port) + "/" + (settings.access_token.empty() ? "" : "#token=" + settings.access_token);
}

void announce(const Settings& settings, int port) {
    std::cout << "invis-serve: open " << address_of(settings, port) << "\n";
    if (!is_loopback(settings.bind)) {
        std::cout << "invis-serve: other machines can reach it at " << settings.bind
                  << ", unencrypted; only who knows the token gets in, and who listens on the way can read along\n";
    }
    std::cout << "invis-serve: uploads are kept in " << settings.data.string() << " for " << settings.keep_days << " days; stop with Ctrl-C" << std::endl;
}

/// Signals are taken by a thread that waits for them, where everything may be called.
void serve(const Settings& settings) {
    sigset_t stops;
    sigemptyset(&stops);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&stops, number);
    pthread_sigmask(SIG_BLOCK, &stops, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);  // who started it may have ignored it, and workers' ends would be lost
    App app(settings);
    announce(settings, app.port());
    log_event("started", {{"port", app.port()}, {"bind", settings.bind}, {"jobs", settings.jobs}});
    std::thread waiter([&] {
        int number = 0;
        sigwait(&stops, &number);
        log_event("stopping", {{"signal", number}});
        app.stop();
    });
    const auto end_waiter = [&] {
        pthread_kill(waiter.native_handle(), SIGTERM);  // where it ended by itself
        waiter.join();
    };
    try {
        app.run();
    } catch (...) {
        end_waiter();
        throw;
    }
    end_waiter();
    log_event("stopped");
}

int run(const std::vector<std::string>& arguments) {
    const Settings settings = parse_settings(arguments);
    switch (settings.action) {
        case Settings::Action::help:
            std::cout << help_text();
            return 0;
        case Settings::Action::version:
            std::cout << "invis-serve " << invisiblur_version() << "\n";
            return 0;
        case Settings::Action::worker:
            return run_worker();
        case Settings::Action::serve:
            break;
    }
    serve(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const UsageError& error) {
        std::cerr << "invis-serve: " << error.what() << std::endl;
        return kUsage;
    } catch (const std::exception& error) {
        std::cerr << "invis-serve: " << error.what() << std::endl;
        return kFailed;
    }
}
