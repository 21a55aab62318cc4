#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "serve/api.hpp"

namespace invisiblur::serve {

/// Deletes what has been kept for its time: jobs some days after they ended, uploads that nobody went on with, sessions without either.
/// Threads: has one of its own from the constructor to the destructor.
class Janitor {
public:
    explicit Janitor(Context& context);
    ~Janitor();
    Janitor(const Janitor&) = delete;
    Janitor& operator=(const Janitor&) = delete;

    /// In: now, milliseconds since 1970.
    static void sweep(Context& context, std::int64_t now);

private:
    void work(Context& context);

    std::mutex mutex_;
    std::condition_variable news_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace invisiblur::serve
