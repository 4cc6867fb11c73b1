#include "actors/audit/anchor_audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

bool anchor_audit::is_signed(std::string_view value, std::string_view signature) const {
  return keys_.empty() || std::ranges::any_of(keys_, [&](const anchor_verifier& key) {
           return key.verify(value, signature);
         });
}

void anchor_audit::add(const stream_name& place, std::int64_t offset, std::string_view value,
                       std::string_view signature, audit_problems& problems) {
  const auto anchor = decode_anchor(value);
  if (!anchor || !is_signed(value, signature)) {
    ++counts_.refused;
    problems.add("anchor_signature", place, offset,
                 !anchor             ? "is no anchor of a format that this program knows"
                 : signature.empty() ? "the anchor is not signed"
                                     : "the anchor's signature is not of a key that was given");
    return;
  }
  if (anchor->store_id != store_id_) {
    ++counts_.others;
    return;
  }
  ++counts_.compared;
  auto& heads = anchors_[anchor->stream];
  const auto [first, last] = heads.equal_range(anchor->next_offset);
  const bool known = std::any_of(first, last, [&](const auto& entry) {
    return entry.second.head == anchor->chain_head; // Published at least once: repeats are normal.
  });
  if (!known)
    heads.emplace(anchor->next_offset, expected_head{anchor->chain_head});
}

bool anchor_audit::wants(const stream_name& stream, std::int64_t first_offset,
                         std::int64_t last_offset) const {
  const auto heads = anchors_.find(stream);
  if (heads == anchors_.end())
    return false;
  const auto next = heads->second.upper_bound(first_offset);
  return next != heads->second.end() && next->first - 1 <= last_offset;
}

void anchor_audit::see(const stream_name& stream, std::int64_t offset, const sha256_digest& head,
                       audit_problems& problems) {
  const auto heads = anchors_.find(stream);
  if (heads == anchors_.end())
    return;
  const auto [first, last] = heads->second.equal_range(offset + 1);
  for (auto entry = first; entry != last; ++entry) {
    entry->second.seen = true;
    if (entry->second.head != head)
      problems.add("anchor_mismatch", stream, offset,
                   "the chain up to here is not the one whose head was published: what was stored "
                   "has been rewritten since");
  }
}

void anchor_audit::finish(std::uint64_t records_stored, audit_problems& problems) const {
  for (const auto& [stream, heads] : anchors_)
    for (const auto& [next_offset, expected] : heads)
      if (!expected.seen)
        problems.add("anchor_mismatch", stream, next_offset - 1,
                     fmt::format("an anchor was published behind offset {}, which the ledger does "
                                 "not hold: it was cut off or rewritten since",
                                 next_offset - 1));
  if (counts_.compared == 0 && records_stored > 0)
    problems.add("anchor_mismatch", {}, -1,
                 fmt::format("of {} records in the anchor topic none is a sound anchor of this "
                             "store ({}): the database "
                             "was replaced, or nothing was published yet",
                             counts_.others + counts_.refused, store_id_));
}

} // namespace aepro
