#include "base/cbor_value.hpp"

#include <cmath>
#include <stdexcept>

namespace invisiblur {

void refuse_damaged(const std::string& path) {
    throw std::runtime_error(path + " is cut off or damaged: make it again");
}

CborValue CborValue::at(std::string_view key) const {
    const auto found = json_->find(std::string(key));
    check(found != json_->end());
    return {*found, *path_};
}

std::size_t CborValue::size() const {
    check(json_->is_array());
    return json_->size();
}

CborValue CborValue::at(std::size_t place) const {
    check(place < size());
    return {(*json_)[place], *path_};
}

std::int64_t CborValue::whole(std::int64_t least, std::int64_t most) const {
    check(json_->is_number_integer());
    check(!json_->is_number_unsigned() || json_->get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    const auto value = json_->get<std::int64_t>();
    check(value >= least && value <= most);
    return value;
}

int CborValue::number(int least, int most) const {
    return static_cast<int>(whole(least, most));
}

double CborValue::real() const {
    check(json_->is_number());
    const auto value = json_->get<double>();
    check(std::isfinite(value));
    return value;
}

float CborValue::single() const {
    const double value = real();
    check(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()));
    return static_cast<float>(value);
}

bool CborValue::flag() const {
    check(json_->is_boolean());
    return json_->get<bool>();
}

std::string CborValue::text() const {
    check(json_->is_string());
    return json_->get<std::string>();
}

const std::vector<std::uint8_t>& CborValue::binary() const {
    check(json_->is_binary());
    return json_->get_binary();
}

void CborValue::check(bool holds) const {
    if (!holds) refuse_damaged(*path_);
}

}  // namespace invisiblur
