#include "actors/validation/batch_decider.hpp"

#include "actors/validation/decide.hpp"
#include "actors/validation/event_identity.hpp"
#include "actors/validation/rules/evaluate.hpp"
#include "actors/validation/rules/rule_table.hpp"
#include "actors/validation/sha256.hpp"
#include "messages/codec/event_decoder.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace aepro {

namespace {

/// The distinct subjects of a batch: open addressing over indexes, so that a known one costs no
/// allocation.
class subject_index {
public:
  subject_index(std::vector<subject_key>& keys, std::size_t records)
      : keys_(keys), slots_(std::bit_ceil(2 * records + 2), pending_batch::no_subject) {}

  std::uint32_t find_or_add(std::string_view study, std::string_view subject) {
    const std::hash<std::string_view> hash;
    const auto mask = slots_.size() - 1;
    for (auto slot = (hash(subject) * 31 + hash(study)) & mask;; slot = (slot + 1) & mask) {
      if (slots_[slot] == pending_batch::no_subject) {
        slots_[slot] = static_cast<std::uint32_t>(keys_.size());
        keys_.push_back({std::string(study), std::string(subject)});
        return slots_[slot];
      }
      const auto& key = keys_[slots_[slot]];
      if (key.subject == subject && key.study == study)
        return slots_[slot];
    }
  }

private:
  std::vector<subject_key>& keys_;
  std::vector<std::uint32_t> slots_;
};

/// What follows from a record's headers alone.
struct headers_facts {
  sha256_digest digest;
  std::optional<codec::payload_format> format;
};

/// Looks at header sets; consecutive records mostly carry equal ones.
class headers_reader {
public:
  explicit headers_reader(sha256& hasher)
      : hasher_(hasher), facts_{hasher(""), codec::format_of({})} {}

  /// `headers` must stay alive until the next call.
  const headers_facts& operator()(std::span<const header_view> headers) {
    if (!std::ranges::equal(headers, last_, same)) {
      encoded_.clear();
      append_encoded_headers(headers, encoded_);
      facts_ = {hasher_(encoded_), codec::format_of(headers)};
      last_ = headers;
    }
    return facts_;
  }

private:
  static bool same(const header_view& left, const header_view& right) {
    return left.name == right.name && left.value == right.value && left.is_null == right.is_null;
  }

  sha256& hasher_;
  headers_facts facts_;
  std::span<const header_view> last_;
  std::string encoded_;
};

bool asks_for_subject(const event_view& event) {
  return event.kind != event_kind::none && event.kind != event_kind::subject &&
         !event.study.empty() && !event.subject.empty();
}

} // namespace

pending_batch prepare(std::shared_ptr<record_batch> raw, const decide_options& options) {
  constexpr std::size_t arena_bytes_per_record = 160;
  const auto& records = raw->records;
  pending_batch pending;
  pending.batch = std::make_shared<decided_batch>();
  auto& batch = *pending.batch;
  batch.arena = std::make_unique<std::pmr::monotonic_buffer_resource>(
      4096 + arena_bytes_per_record * records.size());
  batch.rules_version = rules_version;
  batch.records.resize(records.size());
  pending.subject_of.resize(records.size(), pending_batch::no_subject);
  subject_index subjects(pending.subjects, records.size());
  sha256 hasher;
  headers_reader headers(hasher);
  codec::event_decoder decoder(options.limits());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& record = records[i];
    auto& out = batch.records[i];
    const auto& facts = headers(record.headers);
    out.decision.rejection = decoder.decode_as(facts.format, record.value, *batch.arena, out.event);
    out.value_digest = hasher(record.value.value_or(std::string_view{}));
    out.headers_digest = facts.digest;
    if (out.event.kind == event_kind::none)
      continue;
    const auto identity = identify(out.event, hasher);
    out.key = identity.key;
    out.key_is_id = identity.is_id;
    out.content_check = check_content(out.event);
    if (asks_for_subject(out.event))
      pending.subject_of[i] = subjects.find_or_add(out.event.study, out.event.subject);
  }
  batch.raw = std::move(raw);
  return pending;
}

std::shared_ptr<decided_batch> finish(pending_batch pending,
                                      std::span<const subject_context_ptr> contexts,
                                      const decide_options& options) {
  const subject_context unknown;
  auto& batch = *pending.batch;
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    auto& record = batch.records[i];
    const auto index = pending.subject_of[i];
    const auto* context =
        index < contexts.size() && contexts[index] != nullptr ? contexts[index].get() : &unknown;
    const decide_input input{.event = record.event,
                             .decoded = record.decision.rejection,
                             .timestamp = batch.raw->records[i].timestamp,
                             .subject = *context,
                             .reference = &context->dates};
    // Rebuilt in place: assignment would keep the old lists' allocator, which is the heap.
    auto* place = &record.decision;
    auto decided = decide(input, options, *batch.arena);
    std::destroy_at(place);
    std::construct_at(place, std::move(decided));
  }
  return std::move(pending.batch);
}

} // namespace aepro
