#pragma once

/// Transactions of binary COPY that are ready to be sent, and how long sending them takes.

#include <cstdint>
#include <string>
#include <vector>

namespace aepro::bench {

/// Rows of one COPY statement, encoded, without header and trailer.
struct copy_piece {
  const std::string* statement = nullptr; ///< Not owned.
  std::string rows;
};

struct copy_transaction {
  std::vector<copy_piece> pieces;
};

struct copy_result {
  double seconds = 0;     ///< From the first BEGIN to the last commit; connections are open before.
  double cpu_seconds = 0; ///< Of this process, user and system.
};

/// Sends every transaction over `connections` connections, one thread each, in the given order: who
/// is free takes the next. Commits are as the server's settings say (synchronous_commit). Throws
/// std::runtime_error with the first failure.
copy_result run_copies(const std::string& url, const std::vector<copy_transaction>& transactions,
                       unsigned connections);

} // namespace aepro::bench
