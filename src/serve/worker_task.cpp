#include "serve/worker_task.hpp"

#include <algorithm>
#include <thread>

#include "serve/limits.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kProbeS = 60;  ///< by the clock and by the processor's

Json limits_of(const Settings& settings) {
    return {{"memory", settings.worker_memory > 0 ? settings.worker_memory : usual_worker_memory(settings.jobs)},
            {"cpu_s", std::int64_t{settings.max_hours} * 3600 * static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()))},
            {"file_size", settings.max_size * 8}};  // a lossless result can be larger than its source
}

}  // namespace

WorkerTask make_task(const Settings& settings, const Places& places, const Job& job, const std::string& kind) {
    const fs::path folder = places.job(job.id);
    fs::create_directories(folder);
    WorkerTask task{{{"task", kind},
                     {"source", job.source.string()},
                     {"output", job.output.string()},
                     {"folder", folder.string()},
                     {"options", job.options},
                     {"threads", settings.threads},
                     {"overwrite", job.overwrite || job.has_result},
                     {"limits", limits_of(settings)}},
                    FileRules::of_this_program(),
                    std::chrono::hours(settings.max_hours)};
    task.rules.read(job.source);
    task.rules.write(folder);
    if (kind == "process")
        task.rules.write(job.output.parent_path());
    else
        task.rules.read(job.output);
    if (kind != "process" || !job.use_edited) return task;
    task.text["tracks"] = (folder / "edited.json").string();
    task.text["except_tracks"] = job.visible;
    task.text["round"] = job.rounds + 1;
    return task;
}

WorkerTask make_probe(const Settings& settings, const fs::path& file) {
    Json limits = limits_of(settings);
    limits["cpu_s"] = kProbeS;
    limits["file_size"] = 1;
    WorkerTask task{{{"task", "probe"}, {"source", file.string()}, {"limits", limits}, {"threads", 1}},
                    FileRules::of_this_program(),
                    std::chrono::seconds(kProbeS)};
    task.rules.read(file);
    return task;
}

}  // namespace invisiblur::serve
