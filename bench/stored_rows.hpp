#pragma once

/// The very rows that aepro wrote, taken out of its database to be copied into another.

#include "bench/copy_job.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace aepro::bench {

struct stored_rows {
  std::vector<std::string> tables;
  std::deque<std::string> statements; ///< The COPYs that `transactions` refer to.
  std::vector<copy_transaction> transactions;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0; ///< As encoded for COPY.
};

/// Takes every row of every table but `schema_version` and `rule` out of the database at `url`, in
/// the order in which they lie there, and deals them out evenly over `transaction_count`
/// transactions; tables of few rows go into the first as a whole. Throws std::runtime_error.
stored_rows take_stored_rows(const std::string& url, std::size_t transaction_count);

/// Empties these tables in the database at `url`, whose schema must exist.
void empty_tables(const std::string& url, const std::vector<std::string>& tables);

} // namespace aepro::bench
