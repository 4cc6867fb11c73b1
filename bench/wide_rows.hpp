#pragma once

/// The control: events as a hand-written consumer would store them, one wide row each.

#include "bench/copy_job.hpp"
#include "messages/record.hpp"

#include <deque>
#include <string>
#include <vector>

namespace aepro::bench {

/// A record held in memory.
struct kept_record {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  unix_milliseconds timestamp = 0;
  std::string value;
};

/// Tables and rows of the control, encoded before any time is taken.
struct wide_rows {
  std::string schema;                 ///< Drops and creates the tables.
  std::deque<std::string> statements; ///< The COPYs that `transactions` refer to.
  std::vector<copy_transaction> transactions;
  std::vector<std::size_t> columns; ///< Of each table.
  double decode_seconds = 0;        ///< CPU of decoding, digesting and encoding once, one thread.
};

/// Encodes records by topic. Each topic is a table: event id (text, unique), study, site, subject,
/// source and instants; every variable of the body that any of its records has, as text; answers as
/// a JSON text; the raw value and its SHA-256; primary key (partition, record offset). One
/// transaction holds `transaction_records` consecutive records of one partition; partitions take
/// turns. Throws std::runtime_error on a record that cannot be decoded.
wide_rows make_wide_rows(const std::vector<std::vector<kept_record>>& topics,
                         std::size_t transaction_records);

} // namespace aepro::bench
