/* What differs between the versions of libavfilter, 5.1 to 9, for vf_invisiblur.c. */
#ifndef AVFILTER_VF_INVISIBLUR_COMPAT_H
#define AVFILTER_VF_INVISIBLUR_COMPAT_H

#include "avfilter.h"
#include "filters.h"
#include "formats.h"
#include "version.h"
#include "video.h"
#if LIBAVFILTER_VERSION_MAJOR < 10
#include "internal.h"
#endif

/* From 8 on a filter's public part is a member of its own. */
#if LIBAVFILTER_VERSION_MAJOR >= 11
#define INVISIBLUR_FILTER FFFilter
#define INVISIBLUR_PUBLIC(field) .p.field
#else
#define INVISIBLUR_FILTER AVFilter
#define INVISIBLUR_PUBLIC(field) .field
#endif

static inline AVRational invisiblur_frame_rate(AVFilterLink *link)
{
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(10, 4, 100)
    return ff_filter_link(link)->frame_rate;
#else
    return link->frame_rate;
#endif
}

#endif
