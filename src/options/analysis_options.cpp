#include "options/analysis_options.hpp"

#include <algorithm>
#include <string_view>

namespace invisiblur {

std::string analysis_options(const Options& options) {
    constexpr std::string_view kDecide[] = {"What is a face", "What replaces it", "By hand"};
    Options deciding = options;
    const Options defaults;
    for (const OptionRow& row : option_table()) {
        const bool decides = std::ranges::find(kDecide, row.group) != std::end(kDecide) && row.name != "save-plate" && row.name != "show-made-up" && row.name != "model";
        if (!decides) std::visit([&](auto field) { deciding.*field = defaults.*field; }, row.field);
    }
    return print_options(deciding);
}

}  // namespace invisiblur
