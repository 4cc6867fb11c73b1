#include "actors/storage/ledger/chain.hpp"

#include "actors/storage/ledger/big_endian.hpp"

namespace aepro {

namespace {

void put_stream(std::string& out, const stream_name& stream) {
  put_big_endian(out, static_cast<std::uint16_t>(stream.topic.size()));
  out.append(stream.topic);
  put_big_endian(out, stream.partition);
}

void put_digest(std::string& out, const sha256_digest& digest) {
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

} // namespace

ledger_chain::ledger_chain(const stream_name& stream, const sha256_digest& head) : head_(head) {
  put_stream(prefix_, stream);
}

const sha256_digest& ledger_chain::append(const chain_entry& entry) {
  buffer_.clear();
  put_big_endian(buffer_, std::uint8_t{1});
  put_digest(buffer_, head_);
  buffer_.append(prefix_);
  put_big_endian(buffer_, entry.offset);
  put_big_endian(buffer_, entry.timestamp);
  put_big_endian(buffer_, entry.key ? static_cast<std::int32_t>(entry.key->size()) : -1);
  if (entry.key)
    buffer_.append(*entry.key);
  put_digest(buffer_, *entry.headers_digest);
  put_big_endian(buffer_, entry.value_bytes ? static_cast<std::int32_t>(*entry.value_bytes) : -1);
  put_digest(buffer_, *entry.value_digest);
  put_big_endian(buffer_, static_cast<std::uint8_t>(entry.verdict));
  put_big_endian(buffer_, static_cast<std::uint32_t>(entry.decision.size()));
  buffer_.append(entry.decision);
  if (entry.verdict == verdict::duplicate || entry.verdict == verdict::conflict) {
    put_stream(buffer_, *entry.first.stream);
    put_big_endian(buffer_, entry.first.offset);
  }
  head_ = hasher_(buffer_);
  return head_;
}

chain_entry make_chain_entry(const record_view& record, const decided_record& decided,
                             verdict verdict, record_reference first) {
  return {.offset = record.offset,
          .timestamp = record.timestamp,
          .key = record.key,
          .headers_digest = &decided.headers_digest,
          .value_bytes = record.value ? std::optional(record.value->size()) : std::nullopt,
          .value_digest = &decided.value_digest,
          .verdict = verdict,
          .decision = decided.decision.encoded,
          .first = first};
}

} // namespace aepro
