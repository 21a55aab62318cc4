#include <filesystem>

#include "invisiblur/invisiblur.h"
#include "serve/api.hpp"
#include "serve/http_error.hpp"
#include "serve/option_form.hpp"

namespace invisiblur::serve {
namespace {

constexpr int kChunkBytes = 8 << 20;

Json describe_server(const Context& context) {
    const Settings& settings = context.settings;
    std::error_code failed;
    const auto room = std::filesystem::space(context.places.uploads(), failed);
    return {{"version", invisiblur_version()},
            {"max_size", settings.max_size},
            {"chunk_bytes", kChunkBytes},
            {"folder", settings.folder.empty() ? Json() : Json(settings.folder.filename().string())},
            {"keep_days", settings.keep_days},
            {"free_bytes", failed ? Json() : Json(static_cast<std::int64_t>(room.available))}};
}

void close_session(Context& context, const Call& call) {
    for (const Job& job : context.store.jobs_of(call.session)) context.jobs.remove(job);
    for (const Upload& upload : context.store.uploads())
        if (upload.session == call.session) context.uploads.remove(upload.id);
    context.store.remove_session(call.session);
    context.guard.close_session(call.response);
    call.answer(200, Json::object());
}

}  // namespace

void add_session_routes(Router& router, Context& context) {
    router.add("POST", "/api/v1/sessions", Access::token, [&](Call& call) {
        call.read_body(4096);
        const std::string token = context.guard.open_session(call.response);
        // A browser has it as a cookie that no script can read; a program needs it in its hand.
        const bool browser = call.request.has_header("Origin") || call.request.has_header("Sec-Fetch-Site");
        call.answer(201, browser ? Json::object() : Json{{"token", token}});
    });
    router.add("GET", "/api/v1/session", Access::session, [&](Call& call) {
        call.answer(200, {{"csrf", Guard::csrf_token(call.session)}, {"server", describe_server(context)}});
    });
    router.add("DELETE", "/api/v1/session", Access::session, [&](Call& call) { close_session(context, call); });
    router.add("GET", "/api/v1/options", Access::session, [](Call& call) { call.answer(200, {{"options", option_form()}}); });
}

}  // namespace invisiblur::serve
