#pragma once
#include <chrono>

#include "serve/file_rules.hpp"
#include "serve/job.hpp"
#include "serve/places.hpp"
#include "serve/settings.hpp"

namespace invisiblur::serve {

/// What a worker is told to do, what it may see of the files meanwhile, and how long it may take.
struct WorkerTask {
    Json text;
    FileRules rules;
    std::chrono::seconds longest;
};

/// In:     kind, "process" or "review".
/// Errors: std::runtime_error where the job's folder cannot be made.
WorkerTask make_task(const Settings& settings, const Places& places, const Job& job, const std::string& kind);

/// To look at a file that was sent.
WorkerTask make_probe(const Settings& settings, const std::filesystem::path& file);

}  // namespace invisiblur::serve
