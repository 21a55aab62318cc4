#include "serve/http.hpp"

#include <strings.h>

#include "options/option_text.hpp"

namespace invisiblur::serve {
namespace {

template <class Map>
std::string first_of(const Map& map, const std::string& name) {
    const auto found = map.lower_bound(name);
    return found == map.end() || map.key_comp()(name, found->first) ? "" : found->second;
}

class Text : public Content {
public:
    explicit Text(std::string text) : text_(std::move(text)) {}
    std::optional<std::uint64_t> size() const override { return text_.size(); }
    std::optional<std::size_t> read(std::uint64_t at, std::span<char> to) override { return text_.copy(to.data(), to.size(), at); }

private:
    const std::string text_;
};

}  // namespace

bool HeaderOrder::operator()(const std::string& a, const std::string& b) const {
    return strcasecmp(a.c_str(), b.c_str()) < 0;
}

std::string Request::header(const std::string& name) const {
    return first_of(headers, name);
}

std::string Request::parameter(const std::string& name) const {
    return first_of(query, name);
}

std::optional<std::int64_t> Request::content_length() const {
    return parse_number<std::int64_t>(header("Content-Length"));
}

void Response::set_content(std::string text, const std::string& content_type) {
    type = content_type;
    content = std::make_unique<Text>(std::move(text));
}

}  // namespace invisiblur::serve
