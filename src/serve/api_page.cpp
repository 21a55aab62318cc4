#include "serve/api.hpp"
#include "serve/http_error.hpp"
#include "serve/page_files.hpp"

namespace invisiblur::serve {

void add_page_routes(Router& router, Context& context) {
    for (const PageFile& file : page_files()) {
        const std::string path = file.name == "index.html" ? "/" : file.name == "openapi.json" ? "/api/v1/openapi.json" : "/" + std::string(file.name);
        router.add("GET", path, Access::anyone, [&file](Call& call) {
            call.response.set_header("Cache-Control", "no-cache");
            call.response.set_content(std::string(file.content), std::string(file.type));
        });
    }
    router.add("GET", "/healthz", Access::anyone, [&](Call& call) {
        context.store.count_sessions();  // throws where the database is gone
        call.answer(200, {{"status", "ok"}});
    });
    router.add("GET", "/metrics", Access::token, [&](Call& call) {
        call.response.set_content(context.metrics.text(context.store), "text/plain; version=0.0.4");
    });
}

}  // namespace invisiblur::serve
