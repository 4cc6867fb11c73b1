#include "actors/validation/rules/rule_table.hpp"

#include <algorithm>
#include <array>

namespace aepro {

std::span<const rule_row> rule_table() {
  static constexpr std::array<rule_row, 1> rows{{
    {1, "subject-unknown", severity::error, "USUBJID",
     "The subject has no reference data (DM)", "aepro"},
  }};
  return rows;
}

const rule_row* find_rule(std::uint16_t number) {
  const auto rows = rule_table();
  const auto found = std::ranges::lower_bound(rows, number, {}, &rule_row::number);
  return found != rows.end() && found->number == number ? &*found : nullptr;
}

} // namespace aepro
