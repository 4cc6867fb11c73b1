#include "actors/validation/rules/finding_sink.hpp"

#include <algorithm>
#include <charconv>

namespace aepro::rules {

namespace {

constexpr std::size_t code_bytes_max = 2;
constexpr std::size_t number_bytes_max = 9;
constexpr std::size_t date_bytes_max = 40;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool is_alphanumeric(char letter) {
  return is_digit(letter) || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
}

/// Digits that are no telephone or identity number: at most nine characters.
bool is_short_number(std::string_view value) {
  return value.size() <= number_bytes_max && std::ranges::all_of(value, [](char letter) {
           return is_digit(letter) || letter == '-' || letter == '+' || letter == '.';
         });
}

/// What was meant as a date: a year or a gap, then nothing but the signs of dates.
bool is_like_a_date(std::string_view value) {
  const bool begins_with_year = value.size() >= 5 &&
                                std::all_of(value.begin(), value.begin() + 4, is_digit) &&
                                (value[4] == '-' || value[4] == '/');
  return (begins_with_year || value.starts_with("--")) && value.size() <= date_bytes_max &&
         std::ranges::all_of(value, [](char letter) {
           return is_digit(letter) ||
                  std::string_view("-+:.,/TZ").find(letter) != std::string_view::npos;
         });
}

/// Terms of published codelists are shown even in the wrong case: they say nothing about a person.
bool is_known_term(std::string_view value) {
  static constexpr std::string_view terms[] = {"MILD",
                                               "MODERATE",
                                               "SEVERE",
                                               "RECOVERED/RESOLVED",
                                               "RECOVERING/RESOLVING",
                                               "NOT RECOVERED/NOT RESOLVED",
                                               "RECOVERED/RESOLVED WITH SEQUELAE",
                                               "FATAL",
                                               "UNKNOWN",
                                               "DOSE INCREASED",
                                               "DOSE NOT CHANGED",
                                               "DOSE REDUCED",
                                               "DRUG INTERRUPTED",
                                               "DRUG WITHDRAWN",
                                               "NOT APPLICABLE",
                                               "ONGOING",
                                               "OTHER",
                                               "MULTIPLE",
                                               "NOT DONE",
                                               "YES",
                                               "UNK",
                                               "TRUE",
                                               "FALSE",
                                               "NONE"};
  const auto upper = [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  };
  return std::ranges::any_of(
      terms, [&](std::string_view term) { return std::ranges::equal(value, term, {}, upper); });
}

bool is_safe_to_show(std::string_view value) {
  return (value.size() <= code_bytes_max && std::ranges::all_of(value, is_alphanumeric)) ||
         is_short_number(value) || is_like_a_date(value) || is_known_term(value);
}

} // namespace

detail_text& detail_text::operator<<(std::string_view text) {
  const auto count = std::min(text.size(), capacity - size_);
  std::copy_n(text.data(), count, buffer_ + size_);
  size_ += count;
  return *this;
}

detail_text& detail_text::operator<<(std::int64_t number) {
  const auto result = std::to_chars(buffer_ + size_, buffer_ + capacity, number);
  if (result.ec == std::errc{})
    size_ = static_cast<std::size_t>(result.ptr - buffer_);
  return *this;
}

detail_text& detail_text::operator<<(double number) {
  const auto result = std::to_chars(buffer_ + size_, buffer_ + capacity, number);
  if (result.ec == std::errc{})
    size_ = static_cast<std::size_t>(result.ptr - buffer_);
  return *this;
}

detail_text& detail_text::value(std::string_view name, std::string_view value) {
  if (size_ != 0)
    *this << ", ";
  *this << name << "=";
  if (is_safe_to_show(value))
    return *this << value;
  return *this << "(" << static_cast<std::int64_t>(value.size()) << " bytes)";
}

void finding_sink::add(const rule& broken, std::string_view variable, std::string_view detail) {
  std::string_view kept;
  if (!detail.empty()) {
    auto* copy = static_cast<char*>(memory_.allocate(detail.size(), 1));
    std::ranges::copy(detail, copy);
    kept = {copy, detail.size()};
  }
  findings_.push_back({.rule = broken.row.number, .variable = variable, .detail = kept});
}

} // namespace aepro::rules
