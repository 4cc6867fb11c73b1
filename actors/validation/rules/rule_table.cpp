#include "actors/validation/rules/rule_table.hpp"

#include "actors/validation/rules/rule.hpp"

#include <algorithm>
#include <vector>

namespace aepro {

namespace {

std::vector<rule_row> collect_rows() {
  std::vector<rule_row> rows;
  for (const auto table : {rules::envelope_rules(), rules::adverse_event_rules(),
                           rules::questionnaire_rules(), rules::subject_rules()})
    for (const auto& rule : table)
      rows.push_back(rule.row);
  return rows;
}

} // namespace

std::span<const rule_row> rule_table() {
  static const std::vector<rule_row> rows = collect_rows();
  return rows;
}

const rule_row* find_rule(std::uint16_t number) {
  const auto rows = rule_table();
  const auto found = std::ranges::lower_bound(rows, number, {}, &rule_row::number);
  return found != rows.end() && found->number == number ? &*found : nullptr;
}

} // namespace aepro
