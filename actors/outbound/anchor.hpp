#pragma once

/// A ledger anchor: the head of a stream's hash chain, as it is published. Pure.

#include "messages/decision.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// As messages/proto/aepro/v1/anchor.proto says.
struct ledger_anchor {
  std::string store_id;
  stream_name stream;
  std::int64_t next_offset = -1;
  sha256_digest chain_head{};
  verdict_counts counts;
  unix_milliseconds published_at = 0;
  std::uint64_t epoch = 0;
  std::uint32_t rules_version = 0;
};

/// Headers of an anchor's record; both only where it is signed.
inline constexpr std::string_view signature_header =
    "aepro-signature"; ///< Ed25519, 64 bytes, of the value.
inline constexpr std::string_view key_id_header = "aepro-key-id"; ///< See anchor_signer::key_id.

/// Returns the record's value.
std::string encode_anchor(const ledger_anchor& anchor);

/// Returns the anchor; nothing where the bytes are none, or of a format that this program does not
/// know.
std::optional<ledger_anchor> decode_anchor(std::string_view value);

/// Returns the record's key: TOPIC/PARTITION.
std::string anchor_key(const stream_name& stream);

} // namespace aepro
