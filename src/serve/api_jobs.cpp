#include "serve/api.hpp"
#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

void list_jobs(Context& context, const Call& call) {
    Json jobs = Json::array();
    for (const Job& job : context.store.jobs_of(call.session)) jobs.push_back(context.jobs.describe(job));
    call.answer(200, {{"jobs", jobs}});
}

void send_result(Context& context, Call& call) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    if (!job.has_result) throw HttpError(404, "no_result", "there is no result yet");
    // "application/octet-stream": a result is taken home and never shown as a page.
    call.answer_file(job.output, "application/octet-stream", job.output.filename().string());
}

void send_file(Context& context, Call& call, const std::string& name, const std::string& type, const std::string& download) {
    const Job job = context.jobs.find(call.session, call.path["id"]);
    call.answer_file(context.jobs.place(job) / name, type, download.empty() ? "" : job.name + download);
}

}  // namespace

void add_job_routes(Router& router, Context& context) {
    router.add("GET", "/api/v1/jobs", Access::session, [&](Call& call) { list_jobs(context, call); });
    router.add("POST", "/api/v1/jobs", Access::session, [&](Call& call) {
        const Json wish = call.read_json();
        call.answer(201, context.jobs.describe(context.jobs.make(call.session, wish)));
    });
    router.add("GET", "/api/v1/jobs/{id}", Access::session,
               [&](Call& call) { call.answer(200, context.jobs.describe(context.jobs.find(call.session, call.path["id"]))); });
    router.add("DELETE", "/api/v1/jobs/{id}", Access::session, [&](Call& call) {
        context.jobs.remove(context.jobs.find(call.session, call.path["id"]));
        call.answer(200, Json::object());
    });
    router.add("POST", "/api/v1/jobs/{id}/cancel", Access::session, [&](Call& call) {
        const Job job = context.jobs.find(call.session, call.path["id"]);
        call.read_body(4096);
        context.runner.cancel(job.id);
        call.answer(200, context.jobs.describe(context.jobs.find(call.session, job.id)));
    });
    router.add("POST", "/api/v1/jobs/{id}/again", Access::session, [&](Call& call) {
        const Job job = context.jobs.find(call.session, call.path["id"]);
        call.answer(200, context.jobs.describe(context.jobs.again(job, call.read_json())));
    });
    router.add("GET", "/api/v1/jobs/{id}/result", Access::session, [&](Call& call) { send_result(context, call); });
    router.add("GET", "/api/v1/jobs/{id}/report", Access::session,
               [&](Call& call) { send_file(context, call, "report.json", "application/json", call.parameter("download").empty() ? "" : ".report.json"); });
    router.add("GET", "/api/v1/jobs/{id}/preview", Access::session, [&](Call& call) { send_file(context, call, "preview.jpg", "image/jpeg", ""); });
}

}  // namespace invisiblur::serve
