#include "media/write/result_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>

#include "base/fault_point.hpp"
#include "media/bitstream/file_index.hpp"
#include "media/libav/file_source.hpp"
#include "media/write/group_check.hpp"
#include "media/write/result_nature.hpp"
#include "media/write/tally_match.hpp"

namespace invisiblur::av {
namespace {

[[noreturn]] void refuse(const WrittenFile& file, const std::string& lack) {
    throw std::runtime_error(fmt::format("{} was not kept, since it was not written whole: {}; try again, and where it stays so, name another container with --format",
                                         file.name, lack));
}

/// As a reader sees it who knows nothing of how it was made, but for edit lists, which would hide packets.
class WrittenInput {
public:
    /// In: reader, null to find it by what the file holds.
    WrittenInput(const WrittenFile& file, const AVInputFormat* reader, const std::atomic<bool>& cancel) : source_(file.path, cancel) {
        AVFormatContext* context = not_null(avformat_alloc_context());
        context->pb = source_.io();
        AVDictionary* settings = nullptr;
        av_dict_set(&settings, "advanced_editlist", "0", 0);
        const int code = avformat_open_input(&context, ("file:" + file.name).c_str(), reader, &settings);
        av_dict_free(&settings);
        context_.reset(context);
        if (code < 0) refuse(file, "it cannot be opened again");
    }

    AVFormatContext& context() const { return *context_; }

private:
    FileSource source_;
    InputPtr context_;
};

class Rereading {
public:
    Rereading(const WrittenFile& file, const SentRecord& sent, int threads, const std::atomic<bool>& cancel, bool damaged_source)
        : file_(file), sent_(sent), nature_(nature_of(*sent.container)), threads_(threads), cancel_(cancel), damaged_source_(damaged_source) {}

    std::vector<std::string> run() {
        compare();
        return std::move(remarks_);
    }

private:
    void compare() {
        if (const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file_.path)); size != sent_.file_bytes)
            refuse(file_, fmt::format("it has {} bytes, and {} were written", size, sent_.file_bytes));
        if (!nature_.reader && !nature_.probed) return;
        read_packets();
        match();
        check_groups();
        check_index();
    }

    void read_packets() {
        const WrittenInput input(file_, nature_.reader, cancel_);
        AVFormatContext& context = input.context();
        note_listed(context);
        if (avformat_find_stream_info(&context, nullptr) < 0) refuse(file_, "its streams cannot be found again");
        const PacketPtr packet = make_packet();
        int code = 0;
        while ((code = av_read_frame(&context, packet.get())) >= 0) {
            if (cancel_) throw Cancelled("stopped");
            add_streams(context);
            const auto stream = static_cast<std::size_t>(packet->stream_index);
            found_[stream].note(*packet);
            if (const auto group = groups_.find(stream); group != groups_.end()) group->second.add(*packet);
            av_packet_unref(packet.get());
        }
        add_streams(context);
        if (code != AVERROR_EOF) refuse(file_, "it cannot be read to its end");
    }

    /// Before anything is read, only the file's own list tells of packets.
    void note_listed(AVFormatContext& context) {
        for (unsigned i = 0; i < context.nb_streams; ++i) listed_.push_back(avformat_index_get_entries_count(context.streams[i]));
    }

    /// Some containers say of a stream only when its first packet comes.
    void add_streams(AVFormatContext& context) {
        while (found_.size() < context.nb_streams) {
            const AVStream& stream = *context.streams[found_.size()];
            found_.push_back(tally_of(stream));
            if (is_film(found_.back()) && !pictures().empty()) groups_.try_emplace(found_.size() - 1, stream, pictures(), threads_);
        }
    }

    std::vector<EncodedPicture> pictures() const {
        std::vector<EncodedPicture> all;
        for (const SentStream& sent : sent_.streams)
            if (sent.picture) all.push_back(*sent.picture);
        return all;
    }

    void match() {
        check_attached();
        std::vector<bool> taken(found_.size());
        const SentStream* video = nullptr;
        for (const SentStream& sent : sent_.streams)
            if (!video && sent.picture) video = &sent;
        const auto first = first_video();
        const double shift_s = video && first ? shift_of(video->tally, found_[*first], nature_) : 0;
        if (const std::string lack = shift_lack(shift_s); !lack.empty()) refuse(file_, lack);
        for (std::size_t i = 0; i < sent_.streams.size(); ++i) {
            if (sent_.streams[i].tally.attached || sent_.streams[i].tally.packets == 0) continue;
            match_one(i, shift_s, taken);
        }
    }

    /// What a container cannot say is before zero moves behind it, with all else.
    std::string shift_lack(double shift_s) const {
        double most_s = nature_.delay_s, tick_s = 0.001;
        for (const SentStream& sent : sent_.streams) {
            most_s = std::max(most_s, nature_.delay_s - static_cast<double>(sent.tally.least) * av_q2d(sent.tally.time_base));
            tick_s = std::max(tick_s, 2 * av_q2d(sent.tally.time_base));
        }
        if (shift_s >= -tick_s && shift_s <= most_s + tick_s) return "";
        return fmt::format("all its times are {:.3f} s too {}", std::abs(shift_s), shift_s < 0 ? "early" : "late");
    }

    void check_attached() const {
        const auto sent = std::ranges::count_if(sent_.streams, [](const SentStream& s) { return s.tally.attached; });
        const auto found = std::ranges::count_if(found_, [](const StreamTally& t) { return t.attached; });
        if (found < sent) refuse(file_, fmt::format("{} covers and attached files went in, and {} are there", sent, found));
    }

    static bool is_film(const StreamTally& stream) { return stream.kind == AVMEDIA_TYPE_VIDEO && !stream.attached; }

    static bool same_kind(const StreamTally& sent, const StreamTally& found) {
        const bool data = sent.kind != AVMEDIA_TYPE_VIDEO && sent.kind != AVMEDIA_TYPE_AUDIO;
        return !found.attached && (data ? found.kind != AVMEDIA_TYPE_VIDEO && found.kind != AVMEDIA_TYPE_AUDIO : found.kind == sent.kind);
    }

    /// Streams of one kind may stand in another order.
    void match_one(std::size_t number, double shift_s, std::vector<bool>& taken) {
        const SentStream& sent = sent_.streams[number];
        const char* const kind = av_get_media_type_string(sent.tally.kind);
        std::optional<std::string> lack;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            if (taken[i] || !same_kind(sent.tally, found_[i])) continue;
            const std::string one = lack_of(sent, found_[i], nature_, shift_s);
            taken[i] = one.empty();
            if (one.empty()) return;
            if (!lack) lack = one;
        }
        if (sent.ends_early && !lack) return;  // before it began
        if (lack && may_lack(sent)) {
            remarks_.push_back(fmt::format("stream {} ({}) is not as in the source: {}", number, kind ? kind : "unknown", *lack));
            return;
        }
        refuse(file_, fmt::format("of stream {} ({}) {}", number, kind ? kind : "unknown", lack.value_or("nothing is there")));
    }

    bool may_lack(const SentStream& sent) const {
        // MXF's muxer writes whole pictures with all their sound only.
        if (sent.picture) return damaged_source_ && nature_.index == ResultNature::Index::mxf;
        return damaged_source_ || (sent.tally.kind == AVMEDIA_TYPE_AUDIO && nature_.index == ResultNature::Index::mxf && last_s(sent.tally) >= pictures_end_s());
    }

    static double last_s(const StreamTally& tally) {
        return tally.times.empty() ? 0 : static_cast<double>(*std::ranges::max_element(tally.times)) * av_q2d(tally.time_base);
    }

    /// Where so many pictures end at their usual distance, which is how MXF counts.
    double pictures_end_s() const {
        double end = 0;
        for (const SentStream& sent : sent_.streams) {
            std::vector<std::int64_t> times = sent.tally.times;
            if (!sent.picture || times.size() < 2) continue;
            std::ranges::sort(times);
            const std::int64_t first = times.front();
            std::adjacent_difference(times.begin(), times.end(), times.begin());
            std::nth_element(times.begin() + 1, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
            const std::int64_t usual = times[times.size() / 2];
            end = std::max(end, static_cast<double>(first + usual * static_cast<std::int64_t>(times.size())) * av_q2d(sent.tally.time_base));
        }
        return end;
    }

    void check_groups() {
        for (auto& [stream, group] : groups_)
            if (const std::string lack = group.finish(); !lack.empty()) refuse(file_, fmt::format("of stream {} (video) {}", stream, lack));
    }

    std::optional<std::size_t> first_video() const {
        for (std::size_t i = 0; i < found_.size(); ++i)
            if (is_film(found_[i])) return i;
        return std::nullopt;
    }

    void check_index() const {
        const auto video = first_video();
        if (!video || nature_.index == ResultNature::Index::none) return;
        const std::string lack = index_lack(*video);
        if (!lack.empty()) refuse(file_, lack);
        if (!finds_last_key(*video)) refuse(file_, "a jump to the last key picture does not end there");
    }

    std::string index_lack(std::size_t video) const;
    bool finds_last_key(std::size_t video) const;

    const WrittenFile& file_;
    const SentRecord& sent_;
    const ResultNature nature_;
    const int threads_;
    const std::atomic<bool>& cancel_;
    const bool damaged_source_;
    std::vector<std::string> remarks_;
    std::vector<int> listed_;  ///< packets of each stream that is known before one is read
    std::vector<StreamTally> found_;
    std::map<std::size_t, GroupCheck> groups_;  ///< by the stream's number
};

std::string Rereading::index_lack(std::size_t video) const {
    using Index = ResultNature::Index;
    const StreamTally& found = found_[video];
    std::ifstream file(file_.path, std::ios::binary);
    std::int64_t wanted = 1, listed = 1;
    if (nature_.index == Index::samples) wanted = found.packets, listed = video < listed_.size() ? listed_[video] : 0;
    if (nature_.index == Index::nut) listed = has_nut_index(file);
    if (nature_.index == Index::asf) listed = asf_index_entries(file);
    if (nature_.index == Index::mxf) wanted = found.packets, listed = mxf_indexed_pictures(file);
    if (nature_.index == Index::cues) {
        const std::vector<std::int64_t> cues = matroska_cues(file);
        wanted = found.keys - found.keys_before_zero;  // a cue's time has no sign
        listed = static_cast<std::int64_t>(cues.size());
    }
    return listed >= wanted ? "" : fmt::format("its list of places has {} entries instead of {}", listed, wanted);
}

/// In a file that was opened anew: who has read all packets knows where they stand. Not in AVI, NUT and ASF, where libav ends beside it.
bool Rereading::finds_last_key(std::size_t video) const {
    const std::int64_t key = found_[video].last_key;
    if (key == AV_NOPTS_VALUE || !nature_.jumps) return true;
    const WrittenInput input(file_, nature_.reader, cancel_);
    AVFormatContext& context = input.context();
    if (context.nb_streams <= video || av_seek_frame(&context, static_cast<int>(video), key, AVSEEK_FLAG_BACKWARD) < 0) return false;
    const PacketPtr packet = make_packet();
    while (av_read_frame(&context, packet.get()) >= 0) {
        if (packet->stream_index == static_cast<int>(video)) return time_of(*packet) == key;
        av_packet_unref(packet.get());
    }
    return false;
}

}  // namespace

std::vector<std::string> check_result(const WrittenFile& file, const SentRecord& sent, int threads, const std::atomic<bool>& cancel, bool damaged_source) {
    static_cast<void>(fault_at("reread", 0));  // where tests damage the file
    return Rereading(file, sent, threads, cancel, damaged_source).run();
}

}  // namespace invisiblur::av
