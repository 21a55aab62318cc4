#pragma once
#include <memory>

#include "serve/settings.hpp"

namespace invisiblur::serve {

/// The whole server.
/// Order:   run() until stop().
/// Threads: stop() is safe, also in a thread that waits for signals.
class App {
public:
    /// Opens the database, takes up what a run before left and listens.
    /// Errors: std::runtime_error where the folder is in use by another server, or the address cannot be used.
    explicit App(const Settings& settings);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Answers until stop().
    void run();
    void stop();

    /// The port that it listens at.
    int port() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur::serve
