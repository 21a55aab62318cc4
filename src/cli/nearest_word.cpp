#include "cli/nearest_word.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace invisiblur::cli {
namespace {

int distance(std::string_view a, std::string_view b) {
    std::vector<int> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        int diagonal = std::exchange(row[0], static_cast<int>(i));
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest_word(const std::string& written, std::span<const std::string> words) {
    std::string nearest;
    int nearest_distance = 3;
    for (const std::string& word : words) {
        const int d = distance(written, word);
        if (d < nearest_distance) nearest = word, nearest_distance = d;
    }
    return nearest;
}

}  // namespace invisiblur::cli
