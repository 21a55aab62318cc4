#include "serve/job.hpp"

#include <array>
#include <stdexcept>

namespace invisiblur::serve {
namespace {

constexpr std::array<std::string_view, 5> kJobStates{"queued", "running", "done", "failed", "cancelled"};
constexpr std::array<std::string_view, 5> kReviewStates{"none", "wanted", "preparing", "ready", "failed"};

template <class State, std::size_t size>
State state_of(const std::array<std::string_view, size>& names, const std::string& name) {
    for (std::size_t i = 0; i < size; ++i)
        if (names[i] == name) return static_cast<State>(i);
    throw std::runtime_error("the database holds the unknown state " + name);
}

}  // namespace

std::string_view to_string(JobState state) {
    return kJobStates[static_cast<std::size_t>(state)];
}

std::string_view to_string(ReviewState state) {
    return kReviewStates[static_cast<std::size_t>(state)];
}

Json to_json(const Job& job) {
    return {{"id", job.id},
            {"session", job.session},
            {"upload", job.upload},
            {"name", job.name},
            {"source", job.source.string()},
            {"output", job.output.string()},
            {"options", job.options},
            {"visible", job.visible},
            {"overwrite", job.overwrite},
            {"state", to_string(job.state)},
            {"review", to_string(job.review)},
            {"error", job.error},
            {"error_code", job.error_code},
            {"has_result", job.has_result},
            {"use_edited", job.use_edited},
            {"created", job.created},
            {"started", job.started},
            {"finished", job.finished},
            {"frames", job.frames},
            {"faces", job.faces},
            {"texts", job.texts},
            {"doubtful", job.doubtful},
            {"rounds", job.rounds},
            {"media", job.media}};
}

Job job_from(const Json& json) {
    Job job;
    json.at("id").get_to(job.id);
    json.at("session").get_to(job.session);
    json.at("upload").get_to(job.upload);
    json.at("name").get_to(job.name);
    job.source = json.at("source").get<std::string>();
    job.output = json.at("output").get<std::string>();
    job.options = json.at("options");
    job.visible = json.at("visible");
    json.at("overwrite").get_to(job.overwrite);
    job.state = state_of<JobState>(kJobStates, json.at("state"));
    job.review = state_of<ReviewState>(kReviewStates, json.at("review"));
    json.at("error").get_to(job.error);
    json.at("error_code").get_to(job.error_code);
    json.at("has_result").get_to(job.has_result);
    json.at("use_edited").get_to(job.use_edited);
    json.at("created").get_to(job.created);
    json.at("started").get_to(job.started);
    json.at("finished").get_to(job.finished);
    json.at("frames").get_to(job.frames);
    json.at("faces").get_to(job.faces);
    job.texts = json.value("texts", std::int64_t{0});  // none before they were looked for
    json.at("doubtful").get_to(job.doubtful);
    json.at("rounds").get_to(job.rounds);
    job.media = json.at("media");
    return job;
}

Json to_json(const Upload& upload) {
    return {{"id", upload.id},           {"session", upload.session}, {"name", upload.name},         {"size", upload.size},
            {"received", upload.received}, {"touched", upload.touched}, {"complete", upload.complete}, {"media", upload.media}};
}

Upload upload_from(const Json& json) {
    Upload upload;
    json.at("id").get_to(upload.id);
    json.at("session").get_to(upload.session);
    json.at("name").get_to(upload.name);
    json.at("size").get_to(upload.size);
    json.at("received").get_to(upload.received);
    json.at("touched").get_to(upload.touched);
    json.at("complete").get_to(upload.complete);
    upload.media = json.at("media");
    return upload;
}

std::string hidden_tracks_name(int round) {
    return "hidden." + std::to_string(round) + ".json";
}

std::string print(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace invisiblur::serve
