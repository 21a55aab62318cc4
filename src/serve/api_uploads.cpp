#include "options/option_text.hpp"
#include "serve/api.hpp"
#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

Json describe(const Upload& upload) {
    return {{"id", upload.id}, {"name", upload.name}, {"size", upload.size}, {"offset", upload.received}, {"complete", upload.complete}, {"media", upload.media}};
}

void begin(Context& context, const Call& call) {
    if (call.request.header("Content-Type").starts_with("multipart/form-data")) {
        call.answer(201, describe(context.uploads.take_form(call.session, call)));
        return;
    }
    const Json wish = call.read_json();
    if (!wish.contains("name") || !wish["name"].is_string() || !wish.contains("size") || !wish["size"].is_number_integer() || wish["size"] < 0)
        throw HttpError(422, "bad_request", "an upload needs a \"name\" and a \"size\" in bytes, or send the file as a form");
    call.answer(201, describe(context.uploads.begin(call.session, wish["name"], wish["size"])));
}

std::int64_t offset_of(const Call& call) {
    const auto offset = parse_number<std::int64_t>(call.parameter("offset"));
    if (!offset || *offset < 0) throw HttpError(422, "bad_request", "say where the bytes begin: ?offset=NUMBER");
    return *offset;
}

}  // namespace

void add_upload_routes(Router& router, Context& context) {
    router.add("POST", "/api/v1/uploads", Access::session, [&](Call& call) { begin(context, call); });
    router.add("GET", "/api/v1/uploads/{id}", Access::session,
               [&](Call& call) { call.answer(200, describe(context.uploads.find(call.session, call.path["id"]))); });
    router.add("PUT", "/api/v1/uploads/{id}", Access::session, [&](Call& call) {
        const Upload upload = context.uploads.find(call.session, call.path["id"]);
        call.answer(200, describe(context.uploads.append(upload, offset_of(call), call)));
    });
    router.add("DELETE", "/api/v1/uploads/{id}", Access::session, [&](Call& call) {
        const Upload upload = context.uploads.find(call.session, call.path["id"]);
        for (const Job& job : context.store.jobs_of(call.session))
            if (job.upload == upload.id) throw HttpError(409, "job_exists", "a job uses this upload; delete the job");
        context.uploads.remove(upload.id);
        call.answer(200, Json::object());
    });
    router.add("GET", "/api/v1/folder", Access::session, [&](Call& call) { call.answer(200, context.jobs.folder().list(call.parameter("path"))); });
}

}  // namespace invisiblur::serve
