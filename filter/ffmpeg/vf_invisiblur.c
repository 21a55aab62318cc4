/*
 * Makes faces invisible: a shim over libinvisiblur's C API.
 *
 * This file is part of Invisiblur. It is free software under the GNU Lesser General Public License, version 2.1 or later.
 */

#include <invisiblur/invisiblur.h>

#include "config.h"

#include "libavutil/bprint.h"
#include "libavutil/display.h"
#include "libavutil/fifo.h"
#include "libavutil/mem.h"
#include "libavutil/opt.h"
#include "libavutil/pixdesc.h"

#include "vf_invisiblur_compat.h"

enum Mode { MODE_ERASE, MODE_DETECT };

/* As many as the option table has rows; the array is checked against it below. */
#define MAX_OPTIONS 64

typedef struct InvisiblurFilterContext {
    const AVClass *class;
    char *values[MAX_OPTIONS];
    int mode;

    InvisiblurContext *library;
    AVFifo *kept;        /* for each frame in the library: NULL, or the frame itself where the timeline has the filter off */
    int64_t in_library;  /* frames sent and not yet received */
    int64_t in_work;     /* so many are left there, which its threads erase meanwhile; 0 without look-ahead */
    int started;
    int drained;
    int boxes_seen;
    int status;          /* of the input, once it has ended */
    int64_t status_pts;
} InvisiblurFilterContext;

#define OFFSET(x) offsetof(InvisiblurFilterContext, x)
#define FLAGS (AV_OPT_FLAG_FILTERING_PARAM | AV_OPT_FLAG_VIDEO_PARAM)

static const AVOption invisiblur_options[] = {
#include "vf_invisiblur_options.h"
    { "mode", "what to do with faces", OFFSET(mode), AV_OPT_TYPE_INT, { .i64 = MODE_ERASE }, MODE_ERASE, MODE_DETECT, FLAGS, "mode" },
    { "erase", "replace them by the picture behind", 0, AV_OPT_TYPE_CONST, { .i64 = MODE_ERASE }, 0, 0, FLAGS, "mode" },
    { "detect", "leave the picture as it is and add detection boxes as side data", 0, AV_OPT_TYPE_CONST, { .i64 = MODE_DETECT }, 0, 0,
      FLAGS, "mode" },
    { NULL }
};

AVFILTER_DEFINE_CLASS(invisiblur);

_Static_assert(INVISIBLUR_OPTIONS <= MAX_OPTIONS, "more options than values");

static int is_option(const AVFilterContext *ctx, const char *name, const char *value)
{
    const InvisiblurFilterContext *s = ctx->priv;

    for (int i = 0; i < INVISIBLUR_OPTIONS; i++) {
        if (!strcmp(invisiblur_options[i].name, name))
            return s->values[i] && !strcmp(s->values[i], value);
    }
    return 0;
}

static int64_t option_number(const AVFilterContext *ctx, const char *name, int64_t unset)
{
    const InvisiblurFilterContext *s = ctx->priv;

    for (int i = 0; i < INVISIBLUR_OPTIONS; i++) {
        if (!strcmp(invisiblur_options[i].name, name))
            return s->values[i] ? strtoll(s->values[i], NULL, 10) : unset;
    }
    return unset;
}

/* The frames that the library looks ahead, and one for each thread that can erase. */
static int64_t frames_in_work(AVFilterContext *ctx)
{
    int64_t lookahead = 0;
    InvisiblurOption option;

    for (int i = 0; invisiblur_get_option(i, &option) >= 0; i++) {
        if (!strcmp(option.name, "lookahead"))
            lookahead = option_number(ctx, option.name, strtoll(option.value, NULL, 10));
    }
    return lookahead > 0 ? lookahead + option_number(ctx, "threads", av_clip(ff_filter_get_nb_threads(ctx), 1, 256)) : 0;
}

/* The options as "name=value:name=value". */
static int option_text(AVFilterContext *ctx, char **text)
{
    InvisiblurFilterContext *s = ctx->priv;
    int threads_set = 0;
    AVBPrint b;

    av_bprint_init(&b, 0, AV_BPRINT_SIZE_UNLIMITED);
    for (int i = 0; i < INVISIBLUR_OPTIONS; i++) {
        if (!s->values[i])
            continue;
        threads_set |= !strcmp(invisiblur_options[i].name, "threads");
        av_bprintf(&b, "%s%s=", b.len ? ":" : "", invisiblur_options[i].name);
        for (const char *c = s->values[i]; *c; c++) {
            if (*c == ':' || *c == '\\')
                av_bprint_chars(&b, '\\', 1);
            av_bprint_chars(&b, *c, 1);
        }
    }
    if (!threads_set)
        av_bprintf(&b, "%sthreads=%d", b.len ? ":" : "", av_clip(ff_filter_get_nb_threads(ctx), 1, 256));
    return av_bprint_finalize(&b, text);
}

static int open_library(AVFilterContext *ctx, AVFilterLink *inlink, int rotation)
{
    InvisiblurFilterContext *s = ctx->priv;
    const AVRational rate = invisiblur_frame_rate(inlink);
    const InvisiblurStream stream = {
        .width            = inlink->w,
        .height           = inlink->h,
        .rotation_degrees = rotation,
        .time_base_num    = inlink->time_base.num,
        .time_base_den    = inlink->time_base.den,
        .frame_rate       = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0,
    };
    char *text = NULL;
    int ret = option_text(ctx, &text);

    if (ret < 0)
        return ret;
    invisiblur_close(&s->library);
    ret = invisiblur_open(&s->library, text, &stream);
    av_free(text);
    if (ret < 0) {
        av_log(ctx, AV_LOG_ERROR, "%s\n", invisiblur_error(NULL));
        return ret;
    }
    return s->mode == MODE_DETECT ? invisiblur_detect_only(s->library) : 0;
}

static void free_kept(InvisiblurFilterContext *s)
{
    AVFrame *frame;

    while (s->kept && av_fifo_read(s->kept, &frame, 1) >= 0)
        av_frame_free(&frame);
}

/* A new size comes with a new link: what the old library holds is of the old one and was drained or dropped by the graph. */
static int config_input(AVFilterLink *inlink)
{
    AVFilterContext *ctx = inlink->dst;
    InvisiblurFilterContext *s = ctx->priv;

    free_kept(s);
    s->started = s->drained = 0;
    s->in_library = 0;
    s->in_work = frames_in_work(ctx);
    return open_library(ctx, inlink, 0);
}

static av_cold int init(AVFilterContext *ctx)
{
    InvisiblurFilterContext *s = ctx->priv;

    s->kept = av_fifo_alloc2(32, sizeof(AVFrame *), AV_FIFO_FLAG_AUTO_GROW);
    return s->kept ? 0 : AVERROR(ENOMEM);
}

static av_cold void uninit(AVFilterContext *ctx)
{
    InvisiblurFilterContext *s = ctx->priv;

    free_kept(s);
    av_fifo_freep2(&s->kept);
    invisiblur_close(&s->library);
}

static int query_formats(AVFilterContext *ctx)
{
    AVFilterFormats *formats = NULL;
    const AVPixFmtDescriptor *desc = NULL;
    int ret;

    while ((desc = av_pix_fmt_desc_next(desc))) {
        const enum AVPixelFormat format = av_pix_fmt_desc_get_id(desc);
        if (invisiblur_handles_format(format) && (ret = ff_add_format(&formats, format)) < 0)
            return ret;
    }
    return ff_set_common_formats(ctx, formats);
}

static int fail(AVFilterContext *ctx, int code)
{
    InvisiblurFilterContext *s = ctx->priv;

    av_log(ctx, AV_LOG_ERROR, "%s\n", invisiblur_error(s->library));
    return code;
}

/* Clockwise degrees that turn the picture upright, a multiple of 90. */
static int rotation_of(const AVFrame *frame)
{
    const AVFrameSideData *matrix = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    double turn = matrix && matrix->size >= 9 * sizeof(int32_t) ? av_display_rotation_get((const int32_t *)matrix->data) : 0;

    if (isnan(turn))
        return 0;
    return (int)((lrint(-turn / 90) % 4 + 4) % 4) * 90;
}

static int send_frame(AVFilterContext *ctx, AVFrame *frame)
{
    InvisiblurFilterContext *s = ctx->priv;
    AVFrame *kept = NULL;
    int ret;

    if (!s->started) {
        const int rotation = rotation_of(frame);
        if (rotation && (ret = open_library(ctx, ctx->inputs[0], rotation)) < 0)
            return ret;
        s->started = 1;
    }
    s->boxes_seen |= !!av_frame_get_side_data(frame, AV_FRAME_DATA_DETECTION_BBOXES);
    if ((ret = invisiblur_send_frame(s->library, frame)) < 0)
        return fail(ctx, ret);
    s->in_library++;
    /* The timeline is asked now: when the frame comes out it will tell of a later one. */
    if (ctx->is_disabled && !(kept = av_frame_clone(frame)))
        return AVERROR(ENOMEM);
    if ((ret = av_fifo_write(s->kept, &kept, 1)) < 0)
        av_frame_free(&kept);
    return ret;
}

/* What waits at the input was there before the command: it is sent first, with what held until now. */
static int process_command(AVFilterContext *ctx, const char *cmd, const char *arg, char *res, int res_len, int flags)
{
    InvisiblurFilterContext *s = ctx->priv;
    AVFrame *in = NULL;
    int ret;

    while (!s->drained && (ret = ff_inlink_consume_frame(ctx->inputs[0], &in)) != 0) {
        if (ret > 0)
            ret = send_frame(ctx, in);
        av_frame_free(&in);
        if (ret < 0)
            return ret;
    }
    if ((ret = invisiblur_set_option(s->library, cmd, arg)) < 0)
        return fail(ctx, ret);
    ff_filter_set_ready(ctx, 100);
    return av_opt_set(s, cmd, arg, 0); /* for a library that a new size starts */
}

/* The next finished frame: 0 and the frame; AVERROR(EAGAIN) where there is none yet, AVERROR_EOF where there will be none. */
static int receive_frame(AVFilterContext *ctx, AVFrame **out)
{
    InvisiblurFilterContext *s = ctx->priv;
    AVFrame *frame, *kept = NULL;
    int ret;

    if (!s->drained && s->in_library <= s->in_work)
        return AVERROR(EAGAIN);
    if (!(frame = av_frame_alloc()))
        return AVERROR(ENOMEM);
    ret = invisiblur_receive_frame(s->library, frame);
    if (ret < 0) {
        av_frame_free(&frame);
        if (ret == AVERROR(EAGAIN) || ret == AVERROR_EOF)
            return ret;
        return fail(ctx, ret);
    }
    s->in_library--;
    if (av_fifo_read(s->kept, &kept, 1) >= 0 && kept)
        FFSWAP(AVFrame *, kept, frame);
    av_frame_free(&kept);
    *out = frame;
    return 0;
}

static int finish(AVFilterContext *ctx)
{
    InvisiblurFilterContext *s = ctx->priv;

    if (is_option(ctx, "detector", "sidedata") && s->started && !s->boxes_seen)
        av_log(ctx, AV_LOG_WARNING, "no frame had detection boxes, so nothing was hidden: does a detector stand before this filter?\n");
    ff_outlink_set_status(ctx->outputs[0], s->status, s->status_pts);
    return 0;
}

static int activate(AVFilterContext *ctx)
{
    InvisiblurFilterContext *s = ctx->priv;
    AVFilterLink *inlink = ctx->inputs[0], *outlink = ctx->outputs[0];
    AVFrame *frame = NULL;
    int ret;

    FF_FILTER_FORWARD_STATUS_BACK(outlink, inlink);

    ret = receive_frame(ctx, &frame);
    if (ret == AVERROR(EAGAIN) && !s->drained) {
        AVFrame *in = NULL;
        ret = ff_inlink_consume_frame(inlink, &in);
        if (ret > 0) {
            ret = send_frame(ctx, in);
            av_frame_free(&in);
        } else if (ret == 0 && ff_inlink_acknowledge_status(inlink, &s->status, &s->status_pts)) {
            s->drained = 1;
            ret = invisiblur_send_frame(s->library, NULL);
            if (ret < 0)
                ret = fail(ctx, ret);
        } else if (ret == 0) {
            FF_FILTER_FORWARD_WANTED(outlink, inlink);
            return FFERROR_NOT_READY;
        }
        if (ret < 0)
            return ret;
        ret = receive_frame(ctx, &frame);
        if (ret == AVERROR(EAGAIN) && !s->drained) {
            if (ff_inlink_queued_frames(inlink))
                ff_filter_set_ready(ctx, 100);
            else
                FF_FILTER_FORWARD_WANTED(outlink, inlink);
            return 0;
        }
    }
    if (ret == AVERROR_EOF && s->drained)
        return finish(ctx);
    if (ret < 0)
        return ret;
    ff_filter_set_ready(ctx, 100);
    return ff_filter_frame(outlink, frame);
}

static const AVFilterPad invisiblur_inputs[] = {
    {
        .name         = "default",
        .type         = AVMEDIA_TYPE_VIDEO,
        .config_props = config_input,
    },
};

static const AVFilterPad invisiblur_outputs[] = {
    {
        .name = "default",
        .type = AVMEDIA_TYPE_VIDEO,
    },
};

const INVISIBLUR_FILTER ff_vf_invisiblur = {
    INVISIBLUR_PUBLIC(name)        = "invisiblur",
    INVISIBLUR_PUBLIC(description) = NULL_IF_CONFIG_SMALL("Replace each face by the picture behind it."),
    INVISIBLUR_PUBLIC(priv_class)  = &invisiblur_class,
    INVISIBLUR_PUBLIC(flags)       = AVFILTER_FLAG_SUPPORT_TIMELINE_INTERNAL,
    .priv_size                     = sizeof(InvisiblurFilterContext),
    .init                          = init,
    .uninit                        = uninit,
    .activate                      = activate,
    .process_command               = process_command,
    FILTER_INPUTS(invisiblur_inputs),
    FILTER_OUTPUTS(invisiblur_outputs),
    FILTER_QUERY_FUNC(query_formats),
};
