#include "media/read/first_pictures.hpp"

#include <algorithm>
#include <memory>

#include "media/read/input.hpp"
#include "media/read/video_decoder.hpp"

namespace invisiblur::av {
namespace {

class FirstPictures {
public:
    FirstPictures(const std::string& path, const std::vector<int>& streams, const Options& options, const std::atomic<bool>& cancel)
        : input_(path, options, cancel) {
        AVFormatContext& container = input_.context();
        for (unsigned i = 0; i < container.nb_streams; ++i) container.streams[i]->discard = AVDISCARD_ALL;
        for (const int index : streams) {
            AVStream& stream = *container.streams[index];
            stream.discard = AVDISCARD_DEFAULT;
            auto& decoder = decoders_[index];
            decoder = std::make_unique<VideoDecoder>(stream, av_guess_frame_rate(&container, &stream, nullptr), options, input_.name());
            if (!options.vf.empty()) decoder->allow_changes();
        }
    }

    std::map<int, FramePtr> find(const std::atomic<bool>& cancel) {
        const PacketPtr packet = make_packet();
        while (found_.size() < decoders_.size()) {
            if (cancel) throw Cancelled("stopped");
            if (av_read_frame(&input_.context(), packet.get()) < 0) break;  // what is wrong the reader itself finds and says
            const int index = packet->stream_index;
            if (decoders_.contains(index)) decode(index, packet.get());
            av_packet_unref(packet.get());
        }
        for (const auto& [index, decoder] : decoders_) decode(index, nullptr);
        return std::move(found_);
    }

private:
    void decode(int index, const AVPacket* packet) {
        if (found_.contains(index)) return;
        VideoDecoder& decoder = *decoders_.at(index);
        decoder.send(packet);
        if (auto frame = decoder.receive()) found_[index] = std::move(*frame);
    }

    Input input_;
    std::map<int, std::unique_ptr<VideoDecoder>> decoders_;
    std::map<int, FramePtr> found_;
};

}  // namespace

std::map<int, FramePtr> find_first_pictures(const std::string& path, const std::vector<int>& streams, const Options& options,
                                            const std::atomic<bool>& cancel) {
    return FirstPictures(path, streams, options, cancel).find(cancel);
}

}  // namespace invisiblur::av
