#include "actors/audit/row_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace aepro {

namespace {

/// Takes out what both have; what is left differs.
void remove_common(std::vector<std::string>& left, std::vector<std::string>& right) {
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  std::vector<std::string> only_left, only_right;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                      std::back_inserter(only_left));
  std::set_difference(right.begin(), right.end(), left.begin(), left.end(),
                      std::back_inserter(only_right));
  left = std::move(only_left);
  right = std::move(only_right);
}

} // namespace

void compare_rows(ledger_table table, const stream_name& stream, rows_by_offset expected,
                  rows_by_offset stored, audit_problems& problems) {
  std::set<std::int64_t> offsets;
  for (const auto& [offset, rows] : expected)
    offsets.insert(offset);
  for (const auto& [offset, rows] : stored)
    offsets.insert(offset);
  const auto name = ledger_layout(table).table;
  for (const auto offset : offsets) {
    auto& wanted = expected[offset];
    auto& found = stored[offset];
    remove_common(wanted, found);
    const auto pairs = std::min(wanted.size(), found.size());
    for (std::size_t i = 0; i < pairs; ++i)
      problems.add("row_differs", stream, offset,
                   fmt::format("table {}: {} is not what the evidence says", name,
                               first_difference(table, wanted[i], found[i])));
    for (auto i = pairs; i < wanted.size(); ++i)
      problems.add("row_missing", stream, offset,
                   fmt::format("table {}: a row that the evidence asks for is missing", name));
    for (auto i = pairs; i < found.size(); ++i)
      problems.add("row_inserted", stream, offset,
                   fmt::format("table {}: a row has no evidence", name));
  }
}

} // namespace aepro
