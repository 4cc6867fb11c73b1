#pragma once

/// Lanes: records that are as urgent as each other.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aepro {

/// The most urgent first.
enum class lane : std::uint8_t { adverse_events, subjects, questionnaire_responses };

inline constexpr std::array all_lanes{lane::adverse_events, lane::subjects,
                                      lane::questionnaire_responses};

/// A value for each lane.
template <class T>
struct per_lane {
  std::array<T, all_lanes.size()> values{};

  constexpr T& operator[](lane which) { return values[static_cast<std::size_t>(which)]; }
  constexpr const T& operator[](lane which) const {
    return values[static_cast<std::size_t>(which)];
  }
};

template <class T>
constexpr T sum_of(const per_lane<T>& values) {
  T sum{};
  for (const auto& value : values.values)
    sum += value;
  return sum;
}

/// Returns the lane's name in settings and reports.
constexpr std::string_view name_of(lane which) {
  constexpr per_lane<std::string_view> names{
      {"adverse_events", "subjects", "questionnaire_responses"}};
  return names[which];
}

} // namespace aepro
