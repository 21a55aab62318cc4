#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "serve/store.hpp"

namespace invisiblur::serve {

/// Counts for /metrics, in Prometheus' text format. Nothing in them says whose videos there are.
/// Threads: safe.
class Metrics {
public:
    /// In: route as the API describes it, "" for the page's own files.
    void count_request(const std::string& method, const std::string& route, int status, double seconds);
    void count_job(const std::string& outcome, std::int64_t frames);
    void count_upload_bytes(std::int64_t bytes);

    std::string text(Store& store);

private:
    std::mutex mutex_;
    std::map<std::string, std::int64_t> requests_;
    std::map<std::string, std::int64_t> jobs_;
    std::int64_t frames_ = 0;
    std::int64_t upload_bytes_ = 0;
    double request_seconds_ = 0;
    std::int64_t request_count_ = 0;
};

}  // namespace invisiblur::serve
