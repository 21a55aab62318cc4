#include "pipeline/detection_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

extern "C" {
#include <libavutil/avstring.h>
#include <libavutil/detection_bbox.h>
}

namespace invisiblur::av {
namespace {

constexpr int kConfidenceSteps = 10'000;

struct Span {
    int from, to;
};

/// Rounded outward, inside [0, end).
Span pixels(float from, float length, int end) {
    const auto inside = [end](float v) { return static_cast<int>(std::clamp(v, 0.0F, static_cast<float>(end))); };
    return {inside(std::floor(from)), inside(std::ceil(from + length))};
}

}  // namespace

std::vector<Face> noted_boxes(const AVFrameSideData& data) {
    const auto* header = reinterpret_cast<const AVDetectionBBoxHeader*>(data.data);
    if (data.size < sizeof *header || header->bbox_size < sizeof(AVDetectionBBox) || header->bboxes_offset > data.size ||
        header->nb_bboxes > (data.size - header->bboxes_offset) / header->bbox_size)
        throw std::invalid_argument("a frame has detection boxes that are not whole");
    std::vector<Face> faces;
    for (unsigned i = 0; i < header->nb_bboxes; ++i) {
        const auto& box = *reinterpret_cast<const AVDetectionBBox*>(data.data + header->bboxes_offset + i * header->bbox_size);
        const AVRational score = box.detect_confidence;
        const bool said = score.den > 0 && score.num > 0;
        faces.push_back({{static_cast<float>(box.x), static_cast<float>(box.y), static_cast<float>(box.w), static_cast<float>(box.h)},
                         said ? std::min(1.0F, static_cast<float>(av_q2d(score))) : 1.0F});
    }
    return faces;
}

void note_boxes(AVFrame& frame, const std::vector<Face>& faces) {
    av_frame_remove_side_data(&frame, AV_FRAME_DATA_DETECTION_BBOXES);
    std::vector<std::pair<Span, Span>> places;
    std::vector<float> scores;
    for (const Face& face : faces) {
        const Span x = pixels(face.box.x, face.box.w, frame.width), y = pixels(face.box.y, face.box.h, frame.height);
        if (x.to <= x.from || y.to <= y.from) continue;
        places.push_back({x, y});
        scores.push_back(face.score);
    }
    if (places.empty()) return;
    AVDetectionBBoxHeader* header = not_null(av_detection_bbox_create_side_data(&frame, static_cast<std::uint32_t>(places.size())));
    av_strlcpy(header->source, "invisiblur", sizeof header->source);
    for (unsigned i = 0; i < places.size(); ++i) {
        AVDetectionBBox& box = *av_get_detection_bbox(header, i);
        const auto& [x, y] = places[i];
        box.x = x.from;
        box.y = y.from;
        box.w = x.to - x.from;
        box.h = y.to - y.from;
        av_strlcpy(box.detect_label, "face", sizeof box.detect_label);
        box.detect_confidence = {static_cast<int>(std::lround(scores[i] * kConfidenceSteps)), kConfidenceSteps};
        box.classify_count = 0;
    }
}

}  // namespace invisiblur::av
