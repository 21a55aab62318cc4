#include "pipeline/shard_stage.hpp"

#include <stdexcept>

namespace invisiblur {
namespace {

class ShardStage : public FaceStage {
public:
    ShardStage(std::unique_ptr<FaceStage> inner, std::shared_ptr<const Analysis> analysis, const FrameRange& wanted, const FrameRange& seen)
        : inner_(std::move(inner)), analysis_(std::move(analysis)), wanted_(wanted), seen_(seen), next_(seen.first) {}

    void push(PicturePtr picture) override {
        const std::int64_t frame = analysis_->frame_at(picture->pts());
        if (frame < seen_.first || next_ >= seen_.end) return;
        if (frame != next_ || analysis_->frame_pts[static_cast<std::size_t>(frame)] != picture->pts()) refuse();
        if (!analysis_->is_like(picture->view())) refuse();
        ++next_;
        inner_->push(std::move(picture));
    }

    void finish() override {
        if (next_ < seen_.end) refuse();
        inner_->finish();
    }

    std::optional<FrameRecord> pop() override {
        while (auto frame = inner_->pop())
            if (frame->index >= wanted_.first && frame->index < wanted_.end) return frame;
        return std::nullopt;
    }

    Tracks tracks() const override { return inner_->tracks(); }

private:
    [[noreturn]] static void refuse() {
        throw std::runtime_error("the frames of this stretch are not those that were analysed: analyse the file anew");
    }

    std::unique_ptr<FaceStage> inner_;
    std::shared_ptr<const Analysis> analysis_;
    FrameRange wanted_, seen_;
    std::int64_t next_;
};

}  // namespace

std::unique_ptr<FaceStage> make_shard_stage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis,
                                              const FrameRange& wanted, const FrameRange& seen) {
    auto inner = make_given_stage(options, shape, analysis, seen.first);
    return std::make_unique<ShardStage>(std::move(inner), std::move(analysis), wanted, seen);
}

}  // namespace invisiblur
