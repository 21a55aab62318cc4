#ifndef INVISIBLUR_ENGINE_PLUGIN_H
#define INVISIBLUR_ENGINE_PLUGIN_H

/* What a module that runs a network with another engine shows, so that the library itself needs none of them.
 * Functions that fail return NULL or a number other than 0 and write a sentence of at most error_size bytes, ending in 0. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { INVISIBLUR_ENGINE_MAPS = 4 }; /* no network of ours has more outputs */

/* One output, 1 x channels x height x width floats; the engine owns them until its next run. */
typedef struct {
    const float* data;
    int channels, height, width;
} InvisiblurEngineMap;

/* threads: 0 for as many as there are processors. Fails where the engine cannot run on this machine or does not understand the model. */
typedef void* InvisiblurEngineOpen(const char* model_path, int threads, char* error, size_t error_size);

/* blob: 1 x 3 x height x width. maps: the model's outputs in their order; data is NULL behind the last one. */
typedef int InvisiblurEngineRun(void* engine, const float* blob, int height, int width, InvisiblurEngineMap maps[INVISIBLUR_ENGINE_MAPS], char* error,
                                size_t error_size);
typedef void InvisiblurEngineClose(void* engine);

__attribute__((visibility("default"))) InvisiblurEngineOpen invisiblur_engine_open;
__attribute__((visibility("default"))) InvisiblurEngineRun invisiblur_engine_run;
__attribute__((visibility("default"))) InvisiblurEngineClose invisiblur_engine_close;

#ifdef __cplusplus
}
#endif
#endif
