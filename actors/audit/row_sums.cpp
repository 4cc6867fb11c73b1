#include "actors/audit/row_sums.hpp"

#include "actors/storage/ledger/big_endian.hpp"

#include <algorithm>
#include <array>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aepro {

namespace {

struct table_columns {
  std::size_t stream_id = 0, record_offset = 0;
  std::size_t left_out = ~std::size_t{0};
};

table_columns find_columns(ledger_table table) {
  table_columns found;
  const auto columns = ledger_layout(table).columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == "stream_id")
      found.stream_id = i;
    else if (columns[i].name == "record_offset")
      found.record_offset = i;
    else if (table == ledger_table::subject && columns[i].name == "version")
      found.left_out = i;
  }
  return found;
}

const table_columns& columns_of(ledger_table table) {
  static const std::array all{
      find_columns(ledger_table::event),    find_columns(ledger_table::finding),
      find_columns(ledger_table::alert),    find_columns(ledger_table::dead_letter),
      find_columns(ledger_table::conflict), find_columns(ledger_table::subject)};
  return all[static_cast<std::size_t>(table)];
}

/// Takes one encoded cell off the front.
std::string_view take_cell(std::string_view& rest) {
  std::size_t length = 1;
  if (rest.front() == 1)
    length = 9;
  else if (rest.front() == 2)
    length = 9 + get_big_endian<std::uint64_t>(rest.substr(1));
  const auto taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

} // namespace

void comparable_row::assign(ledger_table table, std::span<const cell> row) {
  const auto& layout = ledger_layout(table);
  const auto& columns = columns_of(table);
  bytes_.clear();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i].present || i == columns.left_out) {
      bytes_.push_back(0);
      continue;
    }
    switch (layout.columns[i].type) {
      case column_type::int16:
      case column_type::int32:
      case column_type::date:
      case column_type::int64:
        bytes_.push_back(1);
        put_big_endian(bytes_, row[i].number);
        break;
      case column_type::text:
      case column_type::bytes:
      case column_type::key:
        bytes_.push_back(2);
        put_big_endian(bytes_, std::uint64_t{row[i].text.size()});
        bytes_.append(row[i].text);
        break;
    }
  }
  stream_id_ = static_cast<std::int32_t>(row[columns.stream_id].number);
  offset_ = row[columns.record_offset].number;
}

std::string_view first_difference(ledger_table table, std::string_view left,
                                  std::string_view right) {
  for (const auto& column : ledger_layout(table).columns)
    if (take_cell(left) != take_cell(right))
      return column.name;
  return "nothing";
}

void row_sums::add(ledger_table table, const comparable_row& row) {
  const auto hash = XXH3_128bits_withSeed(row.bytes().data(), row.bytes().size(), seed_);
  auto& sum = sums_[row_bucket::of(table, row.stream_id(), row.offset())];
  sum.low += hash.low64;
  sum.high += hash.high64;
  ++sum.rows;
}

std::vector<row_bucket> row_sums::differences(const row_sums& left, const row_sums& right) {
  std::vector<row_bucket> differing;
  for (const auto& [bucket, sum] : left.sums_) {
    const auto other = right.sums_.find(bucket);
    if (other == right.sums_.end() || !(other->second == sum))
      differing.push_back(bucket);
  }
  for (const auto& [bucket, sum] : right.sums_)
    if (!left.sums_.contains(bucket))
      differing.push_back(bucket);
  std::sort(differing.begin(), differing.end());
  return differing;
}

} // namespace aepro
