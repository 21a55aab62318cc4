#ifndef INVISIBLUR_INVISIBLUR_H
#define INVISIBLUR_INVISIBLUR_H
#include <stdint.h>

/* The C API: frames in, frames without faces out, in order, one for one. It works like libavcodec's send / receive.
 *
 * Errors:  functions that return int give 0 or a negative AVERROR; invisiblur_error() then has one sentence for a person.
 *          After an error other than EAGAIN and EOF the context can only be closed: no frame leaves unprocessed. A refused
 *          invisiblur_set_option() changes nothing, and the context goes on.
 * Threads: one thread at a time for one context; contexts are independent. */

#ifdef __cplusplus
extern "C" {
#endif

struct AVFrame;
typedef struct InvisiblurContext InvisiblurContext;

/* What must be known of a stream before its first frame.
 * Units: width and height of the coded picture in pixels; rotation_degrees clockwise to turn it upright (0, 90, 180, 270);
 *        one pts unit lasts time_base_num / time_base_den seconds; frame_rate in frames a second, 0 where unknown. */
typedef struct InvisiblurStream {
    int width;
    int height;
    int rotation_degrees;
    int64_t time_base_num;
    int64_t time_base_den;
    double frame_rate;
} InvisiblurStream;

/* The library's version, "major.minor.patch". Owns: the library. */
const char* invisiblur_version(void);

/* One option that a context understands, as texts: its name; what it takes, in words for a person ("PX|auto"); its default in the
 * notation of invisiblur_open(), "" where none is set; one or two sentences of help. Owns: the library, for ever. */
typedef struct InvisiblurOption {
    const char* name;
    const char* takes;
    const char* value;
    const char* help;
} InvisiblurOption;

/* The options in the order of the one table, from index 0.
 * Returns: 0; AVERROR(EINVAL) past the last one, and option stays as it was. */
int invisiblur_get_option(int index, InvisiblurOption* option);

/* Opens a context for one stream.
 * In:      options, "key=value:key=value" with the command line's names ("min-face=24:fill=solid=00FF00"), NULL for the defaults;
 *          stream, read during the call; context, set to NULL where it fails.
 * Owns:    the caller; close it with invisiblur_close().
 * Returns: 0; AVERROR(EINVAL) for a wrong option or shape, another AVERROR where the model is missing or broken.
 *          invisiblur_error(NULL) says why it failed. */
int invisiblur_open(InvisiblurContext** context, const char* options, const InvisiblurStream* stream);

/* Whether a pixel format, a value of libavutil's enum AVPixelFormat, is handled as it is: 1 or 0. */
int invisiblur_handles_format(int pixel_format);

/* Finds only: frames come back with their pictures as they are, faces included, and the boxes of the faces as side data
 * (AV_FRAME_DATA_DETECTION_BBOXES), where they have any. To be called before the first frame is sent.
 * Returns: 0; a negative AVERROR after the first frame. */
int invisiblur_detect_only(InvisiblurContext* context);

/* Changes an option while frames are on their way, from the next frame sent on; frames that were sent before keep what they had.
 * In:      name, "region" or "keep-region"; value, in the notation of invisiblur_open() ("0,0,64,48;100,20,50,50@3-8"), which takes the place
 *          of what was set before; "" or NULL for none.
 * Returns: 0; AVERROR(EINVAL) for another name or a wrong value: what was set before stays. */
int invisiblur_set_option(InvisiblurContext* context, const char* name, const char* value);

/* Sends the next frame in order of presentation, pts in the stream's time base; NULL says that no frame follows.
 * Owns:    the frame stays the caller's; the context takes a reference to its data and never writes into it.
 * Returns: 0; AVERROR_EOF after NULL was sent; AVERROR(EINVAL) for a pixel format that is not handled (the sentence names it) or another size. */
int invisiblur_send_frame(InvisiblurContext* context, const struct AVFrame* frame);

/* Receives the next frame without faces.
 * In:      frame, an empty one of the caller's (av_frame_alloc).
 * Returns: 0; AVERROR(EAGAIN) while the context looks ahead: send more; AVERROR_EOF when all have left after the drain. */
int invisiblur_receive_frame(InvisiblurContext* context, struct AVFrame* frame);

/* Closes a context and sets the pointer to NULL. Safe on NULL. */
void invisiblur_close(InvisiblurContext** context);

/* The sentence of a context's last error, or of this thread's last failed invisiblur_open() for NULL; "" where there was none.
 * Owns: the library; valid until the next call with the context (or, for NULL, in the thread). */
const char* invisiblur_error(const InvisiblurContext* context);

#ifdef __cplusplus
}
#endif
#endif
