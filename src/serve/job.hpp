#pragma once
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace invisiblur::serve {

using Json = nlohmann::ordered_json;

/// queued -> running -> done | failed | cancelled; again queued where it is processed anew.
enum class JobState { queued, running, done, failed, cancelled };

/// The small clips that the review plays: not wanted before there is a result.
enum class ReviewState { none, wanted, preparing, ready, failed };

/// One video on its way.
/// Units: times in milliseconds since 1970, 0 for not yet.
struct Job {
    std::string id;
    std::string session;  ///< fingerprint of the session that may see it
    std::string upload;   ///< id of the upload that it belongs to; "" for a file of the folder
    std::string name;     ///< of the original, for people
    std::filesystem::path source;
    std::filesystem::path output;
    Json options = Json::object();  ///< by name, as option_form.hpp allows
    Json visible = Json::array();   ///< ids of tracks that stay as they are, in the corrected tracks
    bool overwrite = false;         ///< replace what stands under the output's name before the first run
    JobState state = JobState::queued;
    ReviewState review = ReviewState::none;
    std::string error;       ///< one sentence, of a failed job
    std::string error_code;  ///< a word that translations know
    bool has_result = false;
    bool use_edited = false;  ///< the next run takes the corrected tracks
    std::int64_t created = 0;
    std::int64_t started = 0;
    std::int64_t finished = 0;
    std::int64_t frames = 0;
    std::int64_t faces = 0;
    std::int64_t texts = 0;
    std::int64_t doubtful = 0;
    int rounds = 0;               ///< how often it was processed to the end
    Json media = Json::object();  ///< width, height, rotation, frame_rate, duration_s, start_s
};

/// A file on its way in.
/// Units: bytes; times as Job.
struct Upload {
    std::string id;
    std::string session;
    std::string name;
    std::int64_t size = 0;
    std::int64_t received = 0;
    std::int64_t touched = 0;
    bool complete = false;
    Json media = Json::object();
};

std::string_view to_string(JobState state);
std::string_view to_string(ReviewState state);

/// As the database keeps them.
Json to_json(const Job& job);
Job job_from(const Json& json);
Json to_json(const Upload& upload);
Upload upload_from(const Json& json);

/// The file in a job's folder with the tracks that were hidden when a video was processed with corrections. In: round, as Job::rounds counts them.
std::string hidden_tracks_name(int round);

/// JSON text whatever bytes a file name brings.
std::string print(const Json& json);

}  // namespace invisiblur::serve
