#include "detect/engine_note.hpp"

#include <mutex>
#include <utility>

namespace invisiblur {
namespace {

std::mutex mutex;
std::string note;

}  // namespace

void leave_engine_note(std::string sentence) {
    const std::lock_guard lock(mutex);
    note = std::move(sentence);
}

std::string take_engine_note() {
    const std::lock_guard lock(mutex);
    return std::exchange(note, {});
}

}  // namespace invisiblur
