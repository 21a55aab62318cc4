#include "serve/log.hpp"

#include <ctime>
#include <iostream>
#include <mutex>

namespace invisiblur::serve {

void log_event(const std::string& event, const Json& facts) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char time[32];
    std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    Json line{{"time", time}, {"event", event}};
    line.update(facts);
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    std::cerr << print(line) << std::endl;
}

}  // namespace invisiblur::serve
