#pragma once

/// PostgreSQL's binary COPY format, encoded into one reused buffer.

#include "actors/storage/postgres_connection.hpp"
#include "actors/storage/rows/plan_rows.hpp"

#include <string>
#include <vector>

namespace aepro {

/// Returns "COPY table (columns) FROM STDIN (FORMAT binary)".
std::string copy_statement(const row_layout& layout);

/// Encodes rows and sends them in pieces. Reused from COPY to COPY; keeps its buffer.
/// Source: PostgreSQL 15, COPY, "Binary Format".
class postgres_copy final : public row_sink {
public:
  /// Starts the rows of a layout on a connection that has answered the COPY.
  void begin(postgres_connection& connection, const row_layout& layout);
  bool add(std::span<const cell> row) override;

  /// Sends what is left and the end of the COPY.
  caf::error end();

  /// The error that made `add` return false.
  const caf::error& failure() const { return failure_; }

private:
  caf::error send_piece();

  postgres_connection* connection_ = nullptr;
  const row_layout* layout_ = nullptr;
  std::string buffer_;
  caf::error failure_;
};

} // namespace aepro
