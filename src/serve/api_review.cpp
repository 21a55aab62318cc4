#include <set>

#include "base/atomic_file.hpp"
#include "invisiblur/tracks.hpp"
#include "options/option_text.hpp"
#include "serve/api.hpp"
#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostTracksBytes = 256u << 20;
constexpr std::size_t kMostEditsBytes = 16u << 20;

/// The tracks of a first video stream can be corrected; those of others stay as they were found.
void keep_other_streams(const fs::path& folder) {
    for (int stream = 2; fs::exists(folder / ("tracks." + std::to_string(stream) + ".json")); ++stream) {
        const std::string end = "." + std::to_string(stream) + ".json";
        fs::copy_file(folder / ("tracks" + end), folder / ("edited" + end), fs::copy_options::overwrite_existing);
    }
}

void put_tracks(Context& context, Call& call) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    if (job.state == JobState::queued || job.state == JobState::running)
        throw HttpError(409, "busy", "this video is being processed; correct its tracks when it is done");
    const std::string text = call.read_body(kMostTracksBytes);
    Tracks tracks;
    try {
        tracks = parse_tracks(text);
    } catch (const std::invalid_argument& error) {
        throw HttpError(422, "bad_tracks", error.what());
    }
    const fs::path folder = context.jobs.place(job);
    fs::create_directories(folder);
    write_file_atomically((folder / "edited.json").string(), print_tracks(tracks));
    keep_other_streams(folder);
    call.answer(200, {{"tracks", tracks.tracks.size()}});
}

/// Of which time that the video was processed something is asked; of the last one where nothing is said.
int round_of(Call& call, const Job& job) {
    const std::string said = call.parameter("round");
    if (said.empty()) return job.rounds;
    const auto round = parse_number<int>(said);
    if (!round || *round < 1) throw HttpError(422, "bad_request", "round is a number from 1 on");
    return *round;
}

void get_tracks(Context& context, Call& call) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    const fs::path folder = context.jobs.place(job);
    const std::string which = call.parameter("which");
    if (!which.empty() && which != "found" && which != "edited" && which != "hidden") throw HttpError(422, "bad_request", "which is found, edited or hidden");
    const bool edited = which == "edited" || (which.empty() && fs::exists(folder / "edited.json"));
    const std::string name = which == "hidden" ? hidden_tracks_name(round_of(call, job)) : edited ? "edited.json" : "tracks.json";
    call.answer_file(folder / name, "application/json",
                     call.parameter("download").empty() ? "" : job.name + ".tracks.json");
}

/// What the page remembers of a review, so that a reload loses nothing. The server only keeps it.
void put_edits(Context& context, Call& call) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    const Json edits = call.read_json(kMostEditsBytes);
    fs::create_directories(context.jobs.place(job));
    write_file_atomically((context.jobs.place(job) / "edits.json").string(), print(edits));
    call.answer(200, Json::object());
}

void get_edits(Context& context, Call& call) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    const fs::path file = context.jobs.place(job) / "edits.json";
    if (fs::exists(file))
        call.answer_file(file, "application/json", "");
    else
        call.answer(200, Json::object());
}

void get_clip(Context& context, Call& call) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    const std::string which = call.path["which"];
    if (which != "source" && which != "result") throw HttpError(404, "not_found", "there are clips of the source and of the result");
    call.answer_file(context.jobs.place(job) / (which + ".mp4"), "video/mp4", "");
}

}  // namespace

void add_review_routes(Router& router, Context& context) {
    router.add("GET", "/api/v1/jobs/{id}/tracks", Access::session, [&](Call& call) { get_tracks(context, call); });
    router.add("PUT", "/api/v1/jobs/{id}/tracks", Access::session, [&](Call& call) { put_tracks(context, call); });
    router.add("GET", "/api/v1/jobs/{id}/edits", Access::session, [&](Call& call) { get_edits(context, call); });
    router.add("PUT", "/api/v1/jobs/{id}/edits", Access::session, [&](Call& call) { put_edits(context, call); });
    router.add("GET", "/api/v1/jobs/{id}/clips/{which}", Access::session, [&](Call& call) { get_clip(context, call); });
}

}  // namespace invisiblur::serve
