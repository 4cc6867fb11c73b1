#include "actors/clocks/awareness.hpp"

#include "actors/clocks/calendar.hpp"
#include "actors/validation/partial_date.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aepro {

namespace {

enum : std::size_t { hour = 3, minute, second, millisecond };

/// Parts that are not given are zero: the earliest instant that is meant.
std::int64_t milliseconds_of_day(const partial_date& date) {
  const auto part = [&](std::size_t index) {
    return index < date.precision ? std::int64_t{date.part[index]} : std::int64_t{0};
  };
  return ((part(hour) * 60 + part(minute)) * 60 + part(second)) * 1000 + part(millisecond);
}

unix_milliseconds instant_of(const partial_date& date, const std::string& zone) {
  constexpr std::int64_t day_ms = 86'400'000, minute_ms = 60'000;
  if (date.has_offset)
    return date.day * day_ms + milliseconds_of_day(date) - date.offset_minutes * minute_ms;
  return instant_at(date.day, milliseconds_of_day(date), zone);
}

} // namespace

std::string awareness_text(const std::string& other) {
  const auto object = nlohmann::json::parse(other, nullptr, false);
  if (!object.is_object())
    return {};
  const auto found = object.find("AWARENESS_DTC");
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

unix_milliseconds received_at(const case_version& version) {
  return std::clamp(version.received_at, first_instant, last_instant);
}

std::optional<unix_milliseconds> stated_awareness(const case_version& version,
                                                  const std::string& zone) {
  const auto date = parse_partial_date(version.awareness);
  if (!date.has_full_date())
    return std::nullopt;
  return std::clamp(instant_of(date, zone), first_instant, received_at(version));
}

std::vector<unix_milliseconds> awareness_instants(std::span<const case_version> versions,
                                                  const std::string& zone) {
  std::vector<unix_milliseconds> instants;
  std::optional<unix_milliseconds> latest; // That any version so far has stated.
  for (const auto& version : versions) {
    const auto stated = stated_awareness(version, zone);
    const bool is_news = stated && (!latest || *stated > *latest);
    instants.push_back(is_news ? *stated : received_at(version));
    if (is_news)
      latest = stated;
  }
  return instants;
}

} // namespace aepro
