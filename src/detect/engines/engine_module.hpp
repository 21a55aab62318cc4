#pragma once
#include <cstdio>
#include <exception>
#include <memory>

#include "detect/engine_plugin.h"

/// The functions of engine_plugin.h for a class with Engine(model_path, threads) and run(). Included once by each engine, behind its class.
/// Errors: no exception crosses the border of the module.

namespace {

template <class Function>
bool guarded(char* error, std::size_t error_size, Function function) {
    try {
        function();
        return true;
    } catch (const std::exception& thrown) {
        std::snprintf(error, error_size, "%s", thrown.what());
        return false;
    }
}

}  // namespace

void* invisiblur_engine_open(const char* model_path, int threads, char* error, std::size_t error_size) {
    std::unique_ptr<Engine> engine;
    guarded(error, error_size, [&] { engine = std::make_unique<Engine>(model_path, threads); });
    return engine.release();
}

int invisiblur_engine_run(void* engine, const float* blob, int height, int width, InvisiblurEngineMap maps[INVISIBLUR_ENGINE_MAPS], char* error,
                          std::size_t error_size) {
    return guarded(error, error_size, [&] { static_cast<Engine*>(engine)->run(blob, height, width, maps); }) ? 0 : 1;
}

void invisiblur_engine_close(void* engine) {
    const std::unique_ptr<Engine> last(static_cast<Engine*>(engine));
}
