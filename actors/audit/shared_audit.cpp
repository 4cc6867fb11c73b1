#include "actors/audit/shared_audit.hpp"

#include <fmt/format.h>

#include <vector>

namespace aepro {

void shared_audit::expect(shared_rows& shared) {
  for (const auto& row : shared.fresh())
    expected_.emplace(row.table, row.id);
  shared.settle(true);
}

void shared_audit::add(shared_table table, std::span<const cell> row, audit_problems& problems) {
  std::vector<std::string_view> texts;
  for (const auto& value : row.subspan(1))
    texts.push_back(value.text);
  const auto id = row.front().number;
  if (shared_id(table, texts, hasher_) != id)
    problems.add({"row_differs", "", -1, -1,
                  fmt::format("table {}: the texts of row {} are not those that it was made for",
                              shared_layout(table).table, id)});
  found_.emplace(table, id);
}

void shared_audit::check(audit_problems& problems) const {
  for (const auto& wanted : expected_)
    if (!found_.contains(wanted))
      problems.add({"row_missing", "", -1, -1,
                    fmt::format("table {}: row {}, to which events refer, is missing",
                                shared_layout(wanted.first).table, wanted.second)});
}

} // namespace aepro
