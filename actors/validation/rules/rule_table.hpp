#pragma once

/// The rules that a single record can break, with their authorities.

#include "messages/decision.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace aepro {

/// Enters every decision. Raise it with any change that can change a decision's bytes.
inline constexpr std::uint32_t rules_version = 1;

/// One rule, as people and the database see it. All static storage.
struct rule_row {
  std::uint16_t number;  ///< Stable; findings name it. Never reused.
  std::string_view name; ///< Stable, kebab-case.
  aepro::severity severity;
  std::string_view variable; ///< The variable that a finding shows.
  std::string_view text;
  /// Ids of CDISC CORE and conformance rules, Pinnacle 21 / FDA; "aepro" for our own.
  std::string_view authority;
};

/// Returns every rule, ordered by number. Static storage.
std::span<const rule_row> rule_table();

/// Returns the rule of that number, or null.
const rule_row* find_rule(std::uint16_t number);

} // namespace aepro
