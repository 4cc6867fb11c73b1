#include "actors/audit/rule_audit.hpp"

#include "actors/validation/rules/rule_table.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

/// In the order of `side_layout(side_table::rule)`.
enum : std::size_t {
  at_version,
  at_rule,
  at_severity,
  at_name,
  at_variable,
  at_text,
  at_authority
};

/// Returns the name of the first column that is not the program's; empty: none.
std::string_view first_difference(std::span<const cell> row, const rule_row& rule) {
  if (row[at_severity].number != static_cast<std::int64_t>(rule.severity))
    return "severity";
  if (row[at_name].text != rule.name)
    return "name";
  if (row[at_variable].text != rule.variable)
    return "variable";
  if (row[at_text].text != rule.text)
    return "text";
  return row[at_authority].text != rule.authority ? "authority" : "";
}

} // namespace

void rule_audit::add(std::span<const cell> row, audit_problems& problems) {
  const auto version = row[at_version].number;
  const auto number = row[at_rule].number;
  versions_.insert(version);
  if (version < 1 || version > rules_version) {
    problems.add("row_inserted",
                 fmt::format("table rule: rule {} of version {} is not of this program, which "
                             "knows "
                             "version {}: it was put in, or a newer aepro must verify this store",
                             number, version, rules_version));
    return;
  }
  if (version != rules_version)
    return;
  own_.insert(number);
  const auto* rule =
      number >= 0 && number <= 0xffff ? find_rule(static_cast<std::uint16_t>(number)) : nullptr;
  if (rule == nullptr)
    problems.add("row_inserted",
                 fmt::format("table rule: there is no rule {} in version {}", number, version));
  else if (const auto column = first_difference(row, *rule); !column.empty())
    problems.add("row_differs", fmt::format("table rule: {} of rule {} is not that of version {}",
                                            column, number, version));
}

std::vector<std::string> rule_audit::check(audit_problems& problems) const {
  for (const auto& rule : rule_table())
    if (!own_.contains(rule.number))
      problems.add("row_missing", fmt::format("table rule: rule {} of version {} is missing",
                                              rule.number, rules_version));
  std::vector<std::string> notes;
  for (const auto version : used_)
    if (version != rules_version && !versions_.contains(version))
      problems.add("row_missing", fmt::format("table rule: the rules of version {} are missing, by "
                                              "which segments were decided",
                                              version));
  for (const auto version : versions_)
    if (version >= 1 && version < rules_version)
      notes.push_back(fmt::format("the texts of rules version {} were not compared: this program "
                                  "knows those of version {}",
                                  version, rules_version));
  return notes;
}

} // namespace aepro
