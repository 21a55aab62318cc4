#pragma once
#include "serve/guard.hpp"
#include "serve/job_desk.hpp"
#include "serve/router.hpp"
#include "serve/upload_desk.hpp"

namespace invisiblur::serve {

/// What the handlers work with.
struct Context {
    const Settings& settings;
    const Places& places;
    Store& store;
    Live& live;
    Runner& runner;
    Metrics& metrics;
    Guard& guard;
    UploadDesk& uploads;
    JobDesk& jobs;
};

// Each adds one part of /api/v1, which web/openapi.json describes. Owns: the context must outlive the router.
void add_session_routes(Router& router, Context& context);
void add_upload_routes(Router& router, Context& context);
void add_job_routes(Router& router, Context& context);
void add_review_routes(Router& router, Context& context);
void add_event_routes(Router& router, Context& context);
void add_page_routes(Router& router, Context& context);

}  // namespace invisiblur::serve
