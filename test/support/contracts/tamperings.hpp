#pragma once

/// Changes behind the store's back, and what an audit must say of each.

#include "test/support/contracts/filled_store.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace aepro::test {

struct tampering {
  std::string name;
  std::function<void(store_under_test&)> apply;
  std::string kind;    ///< Of a problem that must be found,
  std::int64_t offset; ///< with this offset.
  /// What scripts/verify_ledger.py calls it; nothing: beyond the script, which decides nothing
  /// again.
  std::optional<std::string> second_kind = kind;

  tampering for_the_script(std::optional<std::string> other) && {
    second_kind = std::move(other);
    return std::move(*this);
  }
};

std::ostream& operator<<(std::ostream& out, const tampering& entry);

/// Returns a tampering by one statement.
tampering by_sql(std::string name, std::string statement, std::string kind, std::int64_t offset);

/// Tamperings with rows of tables; with whole segments; with what stands beside the ledger.
std::vector<tampering> row_tamperings();
std::vector<tampering> segment_tamperings();
std::vector<tampering> side_tamperings();

/// Returns every tampering with a store that `fill` has filled.
std::vector<tampering> tamperings();

} // namespace aepro::test
