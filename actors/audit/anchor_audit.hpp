#pragma once

/// Compares published anchors with the chain that an audit recomputes. Pure.

#include "actors/audit/audit_report.hpp"
#include "actors/outbound/anchor.hpp"
#include "actors/outbound/anchor_signature.hpp"

#include <map>
#include <string>
#include <vector>

namespace aepro {

/// How many records of the anchor topic were what.
struct anchor_counts {
  std::uint64_t compared = 0; ///< Anchors of this store.
  std::uint64_t others = 0;   ///< Of other stores: nothing can be said of them.
  std::uint64_t refused = 0;  ///< No anchors, or without a valid signature.
};

/// First every record of the anchor topic goes in, then every link of the chains, then `finish`.
/// Memory: about 100 bytes per distinct anchor.
class anchor_audit {
public:
  /// With `keys` every anchor must be signed by one of them.
  anchor_audit(std::string store_id, std::vector<anchor_verifier> keys)
      : store_id_(std::move(store_id)), keys_(std::move(keys)) {}

  /// Takes a record of the anchor topic. One that is no anchor of a known format, or has not the
  /// signature that is asked for, is a problem (anchor_signature) at its place in `topic`.
  void add(const stream_name& place, std::int64_t offset, std::string_view value,
           std::string_view signature, audit_problems& problems);

  /// Returns whether an anchor stands behind a record of `stream` between these offsets: only then
  /// `see` must be called.
  bool wants(const stream_name& stream, std::int64_t first_offset, std::int64_t last_offset) const;

  /// Takes the chain's head behind the record at `offset`.
  void see(const stream_name& stream, std::int64_t offset, const sha256_digest& head,
           audit_problems& problems);

  /// Adds a problem (anchor_mismatch) for each anchor whose record the ledger does not have; and
  /// one where records are stored and no anchor at all is this store's.
  void finish(std::uint64_t records_stored, audit_problems& problems) const;

  const anchor_counts& counts() const { return counts_; }

private:
  struct expected_head {
    sha256_digest head{};
    bool seen = false;
  };

  bool is_signed(std::string_view value, std::string_view signature) const;

  std::string store_id_;
  std::vector<anchor_verifier> keys_;
  /// By next_offset; two anchors of one offset with different heads cannot both be right, so both
  /// are kept.
  std::map<stream_name, std::multimap<std::int64_t, expected_head>> anchors_;
  anchor_counts counts_;
};

} // namespace aepro
