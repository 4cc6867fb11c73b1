#pragma once

/// Compares the rows of a table with those that the evidence asks for, without sorting or keeping
/// either.

#include "actors/storage/rows/ledger_layout.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// A stretch of a stream's offsets in one table.
struct row_bucket {
  ledger_table table = ledger_table::event;
  std::int32_t stream_id = 0;
  std::int64_t index = 0;
  auto operator<=>(const row_bucket&) const = default;

  /// Offsets of one bucket: enough that their rows fit in memory twice.
  static constexpr int offset_bits = 14;
  static row_bucket of(ledger_table table, std::int32_t stream_id, std::int64_t offset) {
    return {table, stream_id, offset >> offset_bits};
  }
  std::int64_t first_offset() const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(index) << offset_bits);
  }
  std::int64_t last_offset() const { return first_offset() + (std::int64_t{1} << offset_bits) - 1; }
};

/// A row of `ledger_layout(table)` in a form that compares: a subject's version, which does
/// not follow from its own record, is left out.
class comparable_row {
public:
  /// Replaces the row; keeps its memory.
  void assign(ledger_table table, std::span<const cell> row);

  const std::string& bytes() const { return bytes_; }
  std::int32_t stream_id() const { return stream_id_; }
  std::int64_t offset() const { return offset_; }

private:
  std::string bytes_;
  std::int32_t stream_id_ = 0;
  std::int64_t offset_ = 0;
};

/// Returns the name of the first column in which two comparable rows of `table` differ.
std::string_view first_difference(ledger_table table, std::string_view left,
                                  std::string_view right);

/// Adds rows up per bucket, in any order. The sum is over 128-bit hashes with a random seed, so
/// that nobody can choose rows whose changes cancel out. Memory: 64 bytes per bucket of 16,384
/// offsets.
class row_sums {
public:
  explicit row_sums(std::uint64_t seed) : seed_(seed) {}

  void add(ledger_table table, const comparable_row& row);

  /// Returns the buckets whose rows are not the same in both, in order. Both need the same seed.
  static std::vector<row_bucket> differences(const row_sums& left, const row_sums& right);

private:
  struct sum {
    std::uint64_t low = 0, high = 0, rows = 0;
    bool operator==(const sum&) const = default;
  };
  std::uint64_t seed_;
  std::map<row_bucket, sum> sums_;
};

} // namespace aepro
