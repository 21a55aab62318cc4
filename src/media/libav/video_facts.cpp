#include "media/libav/video_facts.hpp"

#include "media/read/reader.hpp"
#include "media/read/video_probe.hpp"

namespace invisiblur::av {

VideoFacts read_video_facts(const std::string& path, const Options& options, const std::atomic<bool>& cancel) {
    if (is_playlist(path)) throw std::runtime_error("this is a playlist, which names other files, and no video");
    const Reader reader(path, options, cancel, Reader::Streams::all);
    const AVFormatContext& container = reader.container();
    const VideoStream& video = reader.videos().at(0);
    VideoFacts facts;
    facts.width = video.shape.width;
    facts.height = video.shape.height;
    facts.rotation_degrees = video.shape.rotation_degrees;
    facts.frame_rate = video.shape.frame_rate;
    facts.frames = video.frames_total;
    facts.codec = avcodec_get_name(container.streams[video.index]->codecpar->codec_id);
    if (video.first->pts != AV_NOPTS_VALUE) facts.start_s = static_cast<double>(video.first->pts) * av_q2d(video.time_base);
    if (container.duration > 0) facts.duration_s = static_cast<double>(container.duration) / AV_TIME_BASE;
    for (unsigned i = 0; i < container.nb_streams; ++i) facts.sound |= container.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    return facts;
}

}  // namespace invisiblur::av
