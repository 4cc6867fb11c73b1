#pragma once

/// What is due to whom, and by when: the section clocks.kinds of the settings file.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace aepro {

/// What a case must be for a clock of a kind to start.
enum class clock_condition : std::uint8_t {
  serious,
  suspected_unexpected_serious,
  suspected_unexpected_grave,     ///< Fatal or life-threatening.
  suspected_unexpected_not_grave, ///< The case's first such version, where it is neither.
};

enum class clock_start : std::uint8_t { awareness, qualification };

/// clocks.kinds.NAME
struct clock_kind {
  std::string name;
  std::string authority;
  clock_condition condition = clock_condition::serious;
  clock_start from = clock_start::awareness;
  std::string after; ///< The kind that this one is counted from; its days are in `days` already.
  std::int32_t days = 0;                                ///< Calendar days; 0: `time` counts.
  std::chrono::milliseconds time{0};                    ///< To the millisecond.
  std::string study;                                    ///< Only of this study; empty: all.
  std::vector<std::chrono::milliseconds> remind_before; ///< Longest first.
};

/// Returns the kinds of a node whose settings name none: FDA 7, 7 + 8 and 15 days, and 24 hours to
/// the sponsor.
std::vector<clock_kind> default_clock_kinds();

} // namespace aepro
