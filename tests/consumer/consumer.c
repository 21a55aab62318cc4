/* Uses the C API as a stranger does: open, send, receive, drain, close. */
#include <errno.h>
#include <invisiblur/invisiblur.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 96, HEIGHT = 64, FRAMES = 12 };

static AVFrame* grey_frame(int number) {
    AVFrame* frame = av_frame_alloc();
    if (!frame) return NULL;
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = WIDTH;
    frame->height = HEIGHT;
    frame->pts = number;
    if (av_frame_get_buffer(frame, 0) < 0) {
        av_frame_free(&frame);
        return NULL;
    }
    for (int plane = 0; plane < 3; ++plane)
        memset(frame->data[plane], plane == 0 ? 60 + number : 128, (size_t)frame->linesize[plane] * (plane == 0 ? HEIGHT : HEIGHT / 2));
    return frame;
}

/* Takes what is ready; the answer that ended it: EAGAIN, EOF or an error. */
static int take(InvisiblurContext* context, AVFrame* out, int* received) {
    int answer;
    while ((answer = invisiblur_receive_frame(context, out)) == 0) {
        if (out->pts != *received) return AVERROR(ERANGE);
        ++*received;
        av_frame_unref(out);
    }
    return answer;
}

static int all_frames(InvisiblurContext* context, AVFrame* out) {
    int received = 0;
    for (int number = 0; number < FRAMES; ++number) {
        AVFrame* frame = grey_frame(number);
        int answer = frame ? invisiblur_send_frame(context, frame) : AVERROR(ENOMEM);
        av_frame_free(&frame);
        if (answer < 0) return answer;
        answer = take(context, out, &received);
        if (answer != AVERROR(EAGAIN)) return answer;
    }
    int answer = invisiblur_send_frame(context, NULL);
    if (answer < 0) return answer;
    answer = take(context, out, &received);
    return answer == AVERROR_EOF ? received : answer;
}

int main(void) {
    const InvisiblurStream stream = {.width = WIDTH, .height = HEIGHT, .time_base_num = 1, .time_base_den = 25, .frame_rate = 25};
    InvisiblurContext* context = NULL;
    if (invisiblur_open(&context, "radius=-3", &stream) != AVERROR(EINVAL) || context || !strstr(invisiblur_error(NULL), "radius")) {
        fprintf(stderr, "consumer.c: a wrong option was not refused by name: %s\n", invisiblur_error(NULL));
        return 1;
    }
    if (invisiblur_open(&context, "lookahead=4", &stream) < 0) {
        fprintf(stderr, "consumer.c: %s\n", invisiblur_error(NULL));
        return 1;
    }
    AVFrame* out = av_frame_alloc();
    int received = out ? all_frames(context, out) : AVERROR(ENOMEM);
    if (received != FRAMES)
        fprintf(stderr, "consumer.c: answer %d instead of %d frames; %s\n", received, FRAMES, invisiblur_error(context));
    av_frame_free(&out);
    invisiblur_close(&context);
    if (received != FRAMES) return 1;
    printf("consumer.c: %d frames through the C API of version %s\n", received, invisiblur_version());
    return 0;
}
