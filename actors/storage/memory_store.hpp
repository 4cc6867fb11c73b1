#pragma once

/// Adapter for tests and dry runs: a store that is gone with the process.

#include "actors/storage/ledger/lateness.hpp"
#include "actors/storage/make_store.hpp"

namespace aepro {

/// Everything that a memory database held at some moment.
struct memory_snapshot;

/// All its connections see the same data. It has no ledger reader.
class memory_database : public store_database {
public:
  /// As connect(), with other clocks than the node's to judge lateness by.
  virtual std::unique_ptr<event_store> connect_with(std::function<insertion_instant()> clocks) = 0;

  virtual std::shared_ptr<const memory_snapshot> snapshot() const = 0;

  /// What came after `moment`, a snapshot of this database, is forgotten: as by a fail-over to a
  /// stand-in that lacks the last commits.
  virtual void return_to(const memory_snapshot& moment) = 0;
};

/// Returns an empty database.
std::unique_ptr<memory_database> make_memory_database();

} // namespace aepro
