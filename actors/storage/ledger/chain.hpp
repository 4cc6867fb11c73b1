#pragma once

/// The hash chain of one stream: each record's hash covers the hash before it
/// (docs/ledger-format.md).

#include "actors/validation/sha256.hpp"
#include "messages/decision.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace aepro {

/// Names one record. `stream` is not owned: it belongs to whoever made the reference.
struct record_reference {
  const stream_name* stream = nullptr;
  std::int64_t offset = 0;
};

/// What one link of the chain covers. Lengths come from the views; nothing is a null key or
/// tombstone.
struct chain_entry {
  std::int64_t offset = 0;
  unix_milliseconds timestamp = 0;
  std::optional<std::string_view> key;
  const sha256_digest* headers_digest = nullptr;
  std::optional<std::size_t> value_bytes;
  const sha256_digest* value_digest = nullptr;
  aepro::verdict verdict = aepro::verdict::accepted;
  std::string_view decision;
  record_reference first; ///< For duplicates and conflicts: the record that came first.
};

/// Used by one thread at a time.
class ledger_chain {
public:
  /// Goes on from `head`: the hash of the last stored record, zeros before the first.
  ledger_chain(const stream_name& stream, const sha256_digest& head);

  /// Adds a record's link; returns its hash, which is the new head. About 0.25 us.
  const sha256_digest& append(const chain_entry& entry);

  const sha256_digest& head() const { return head_; }

private:
  sha256 hasher_;
  std::string prefix_; ///< Topic and partition, encoded.
  std::string buffer_;
  sha256_digest head_;
};

/// Returns the entry of one record of a decided batch.
chain_entry make_chain_entry(const record_view& record, const decided_record& decided,
                             verdict verdict, record_reference first);

} // namespace aepro
