#include "actors/audit/segment_audit.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/ledger/chain.hpp"
#include "actors/storage/rows/plan_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

/// Where docs/ledger-format.md puts them in a decision: the rules' version, and that of the
/// subject's reference data.
constexpr std::size_t rules_version_position = 1;
constexpr std::size_t context_version_position = 7;
constexpr std::size_t rejection_position = 5;

/// Returns 0 where the decision is too short: it differs from any that is made again.
std::uint32_t number_at(std::size_t position, std::string_view decision) {
  if (decision.size() < position + sizeof(std::uint32_t))
    return 0;
  return get_big_endian<std::uint32_t>(decision.substr(position));
}

std::string_view name_of(verdict value) {
  switch (value) {
    case verdict::accepted: return "accepted";
    case verdict::rejected: return "rejected";
    case verdict::duplicate: return "duplicate";
    case verdict::conflict: return "conflict";
  }
  return "unknown";
}

bool is_repeat(verdict value) {
  return value == verdict::duplicate || value == verdict::conflict;
}

std::int32_t id_of(std::span<const stored_stream> streams, const stream_name& name) {
  for (const auto& stream : streams)
    if (stream.name == name)
      return stream.id;
  return -1; // Compares unequal with every row.
}

} // namespace

std::optional<segment_audit> segment_audit::make(const stored_segment& segment,
                                                 const stored_stream& stream,
                                                 const decide_options& options,
                                                 std::size_t bytes_max, audit_problems& problems) {
  const auto damaged = [&](const std::string& message) {
    problems.add(
        "segment_damaged", stream.name, segment.first_offset,
        fmt::format("segment {}..{}: {}", segment.first_offset, segment.last_offset, message));
  };
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(segment.record_count, 0));
  auto records =
      decode_evidence(segment.records, stream.name, segment.first_offset, count, bytes_max);
  if (const auto* damage = std::get_if<segment_damage>(&records)) {
    damaged(damage->message);
    return std::nullopt;
  }
  auto decisions = decode_decisions(segment.decisions, count, bytes_max);
  if (const auto* damage = std::get_if<segment_damage>(&decisions)) {
    damaged(damage->message);
    return std::nullopt;
  }
  auto raw = std::get<std::shared_ptr<record_batch>>(std::move(records));
  if (raw->records.empty() || raw->records.front().offset != segment.first_offset ||
      raw->records.back().offset != segment.last_offset)
    damaged("its first or last offset is not that of its records");
  if (raw->records.empty())
    return std::nullopt;
  segment_audit audit;
  audit.segment_ = &segment;
  audit.stream_ = &stream;
  audit.options_ = &options;
  audit.inserted_at_ = segment.stored_at;
  std::vector<processing_failure> failures; // Compared with what is recorded, as everything else.
  audit.pending_ = prepare_guarded(std::move(raw), options, {}, failures);
  audit.decisions_ = std::get<segment_decisions>(std::move(decisions));
  audit.name_subjects();
  return audit;
}

/// A batch used one version per subject: that of its first record.
void segment_audit::name_subjects() {
  for (const auto& subject : pending_.subjects)
    subjects_.push_back({subject, 0});
  std::vector<bool> seen(subjects_.size());
  for (std::size_t i = 0; i < size(); ++i) {
    const auto index = pending_.subject_of[i];
    if (index >= subjects_.size() || seen[index] || has_failed(i))
      continue;
    seen[index] = true;
    subjects_[index].version = number_at(context_version_position, decisions_.records[i].decision);
  }
}

void segment_audit::decide(std::span<const subject_context_ptr> contexts) {
  std::vector<processing_failure> failures;
  decided_ = finish_guarded(std::move(pending_), contexts, *options_, {}, failures);
  pending_.batch = decided_;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!has_failed(i))
      continue;
    auto& record = decided_->records[i];
    failed_records_.push_back({offset(i), record.decision.rejection == rejection::none});
    reject_unprocessed(record, decided_->rules_version, *decided_->arena);
  }
}

/// What made the processing fail need not be in the evidence (a store that refused the values, a
/// mistake that is mended).
bool segment_audit::has_failed(std::size_t index) const {
  const auto decision = decisions_.records[index].decision;
  return decision.size() > rejection_position &&
         static_cast<std::uint8_t>(decision[rejection_position]) ==
             static_cast<std::uint8_t>(rejection::processing_failed);
}

std::vector<lateness_witness> segment_audit::witnesses() const {
  if (segment_->due_at) // Of a version that stores everything at one instant.
    return {};
  std::vector<lateness_witness> candidates;
  for (std::size_t i = 0; i < size(); ++i) {
    const auto& record = decided_->records[i];
    if (decisions_.records[i].verdict == verdict::accepted &&
        record.decision.rejection == rejection::none)
      if (const auto due = due_at(record.event, lateness()))
        candidates.push_back({record.key, *due});
  }
  return choose_witnesses(std::move(candidates), segment_->stored_at);
}

std::uint32_t segment_audit::rules_version() const {
  return number_at(rules_version_position, decisions_.records.front().decision);
}

std::vector<event_key> segment_audit::repeated_keys() const {
  std::vector<event_key> keys;
  for (std::size_t i = 0; i < size(); ++i)
    if (is_repeat(decisions_.records[i].verdict))
      keys.push_back(decided_->records[i].key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

verdict_counts segment_audit::check(std::span<const known_event> known,
                                    audit_problems& problems) const {
  std::map<event_key, known_event> by_key;
  for (const auto& event : known)
    by_key.emplace(event.key, event);
  verdict_counts counts;
  for (std::size_t i = 0; i < size(); ++i) {
    const auto& stored = decisions_.records[i];
    const auto& again = decided_->records[i].decision;
    switch (stored.verdict) {
      case verdict::accepted: ++counts.accepted; break;
      case verdict::rejected: ++counts.rejected; break;
      case verdict::duplicate: ++counts.duplicate; break;
      case verdict::conflict: ++counts.conflict; break;
    }
    if (stored.decision != again.encoded)
      problems.add("decision_differs", stream_->name, offset(i),
                   segment_->rules_version == decided_->rules_version
                       ? "the stored decision is not what the stored bytes lead to"
                       : fmt::format("decided by rules version {}, checked with version {}",
                                     segment_->rules_version, decided_->rules_version));
    const bool rejected = again.rejection != rejection::none;
    if (rejected != (stored.verdict == verdict::rejected))
      problems.add("verdict_differs", stream_->name, offset(i),
                   fmt::format("stored as {}, but the stored bytes are {}", name_of(stored.verdict),
                               rejected ? "to be rejected" : "sound"));
    else if (is_repeat(stored.verdict))
      check_repeat(i, by_key, problems);
  }
  check_chain(problems);
  check_rules_version(problems);
  return counts;
}

void segment_audit::check_rules_version(audit_problems& problems) const {
  const auto said = rules_version();
  if (segment_->rules_version != said)
    problems.add("row_differs", stream_->name, segment_->first_offset,
                 fmt::format("table ledger_segment: rules_version of segment {}..{} is {}, its "
                             "decisions were made by version {}",
                             segment_->first_offset, segment_->last_offset, segment_->rules_version,
                             said));
}

void segment_audit::check_repeat(std::size_t index, const std::map<event_key, known_event>& known,
                                 audit_problems& problems) const {
  const auto& stored = decisions_.records[index];
  const auto& record = decided_->records[index];
  const auto found = known.find(record.key);
  if (found == known.end() || found->second.stream == nullptr) {
    problems.add(
        "first_differs", stream_->name, offset(index),
        fmt::format("{} of a record that is not in the table event", name_of(stored.verdict)));
    return;
  }
  const auto& first = found->second;
  if (first.stream->name != *stored.first.stream || first.offset != stored.first.offset)
    problems.add("first_differs", stream_->name, offset(index),
                 fmt::format("names {}[{}] offset {} as the first, the table event has {}[{}] "
                             "offset {}",
                             stored.first.stream->topic, stored.first.stream->partition,
                             stored.first.offset, first.stream->name.topic,
                             first.stream->name.partition, first.offset));
  const auto expected =
      first.content_check == record.content_check ? verdict::duplicate : verdict::conflict;
  if (expected != stored.verdict)
    problems.add("verdict_differs", stream_->name, offset(index),
                 fmt::format("stored as {}, but its content makes it a {}", name_of(stored.verdict),
                             name_of(expected)));
}

/// The stored prefix of each hash tells which record is the first that is not as it was.
void segment_audit::check_chain(audit_problems& problems) const {
  auto head = segment_->chain_before;
  std::size_t index = 0;
  bool broken = false;
  heads([&](std::int64_t at, const sha256_digest& hash) {
    head = hash;
    const auto prefix = get_big_endian<std::uint64_t>(
        {reinterpret_cast<const char*>(hash.data()), sizeof(std::uint64_t)});
    if (prefix == decisions_.records[index++].hash_prefix || broken)
      return;
    broken = true;
    problems.add("chain_broken", stream_->name, at,
                 "the record, its verdict or its decision is not what the chain covers");
  });
  if (!broken && head != segment_->chain_after)
    problems.add("chain_broken", stream_->name, segment_->last_offset,
                 fmt::format("segment {}..{}: its chain_after is not the hash of its last record",
                             segment_->first_offset, segment_->last_offset));
}

void segment_audit::heads(const head_visitor& visit) const {
  ledger_chain chain(stream_->name, segment_->chain_before);
  for (std::size_t i = 0; i < size(); ++i) {
    const auto& stored = decisions_.records[i];
    auto entry = make_chain_entry(decided_->raw->records[i], decided_->records[i], stored.verdict,
                                  stored.first);
    entry.decision = stored.decision;
    visit(offset(i), chain.append(entry));
  }
}

void segment_audit::visit(const record_visitor& visit) const {
  for (std::size_t i = 0; i < size(); ++i)
    visit(decided_->raw->records[i], decided_->records[i], decisions_.records[i].verdict);
}

void segment_audit::rows(std::span<const stored_stream> streams, row_writer& writer,
                         const row_visitor& visit) const {
  for (std::size_t i = 0; i < size(); ++i) {
    const auto& record = decided_->records[i];
    const auto& raw = decided_->raw->records[i];
    const row_origin origin{stream_->id, raw.offset, raw.timestamp};
    const auto& stored = decisions_.records[i];
    const bool sound = record.decision.rejection == rejection::none;
    if (stored.verdict == verdict::rejected)
      visit(ledger_table::dead_letter, writer.dead_letter(origin, record.decision.rejection));
    if (stored.verdict != verdict::duplicate && (sound || stored.verdict == verdict::rejected))
      alert_rows(origin, record, stored.verdict, writer, visit);
    if (!sound)
      continue;
    if (stored.verdict == verdict::accepted)
      event_rows(origin, record, writer, visit);
    if (stored.verdict == verdict::conflict)
      visit(ledger_table::conflict,
            writer.conflict(origin, record,
                            {id_of(streams, *stored.first.stream), stored.first.offset}));
  }
}

void segment_audit::alert_rows(const row_origin& origin, const decided_record& record,
                               verdict value, row_writer& writer, const row_visitor& visit) const {
  const auto expect = [&](const alert& due) {
    visit(ledger_table::alert, writer.alert(origin, record, due));
  };
  for (const auto& due : record.decision.alerts)
    expect(due);
  if (const auto late = late_alert(record.event);
      late && value == verdict::accepted && lateness_ms(record.event, lateness()) > 0)
    expect(*late);
  if (value == verdict::conflict && record.event.kind == event_kind::adverse_event)
    expect(conflicting_report_alert);
}

void segment_audit::event_rows(const row_origin& origin, const decided_record& record,
                               row_writer& writer, const row_visitor& visit) const {
  std::vector<cell> wide;
  const auto late_by = lateness_ms(record.event, lateness());
  widen_event_row(record.event.kind, writer.event(origin, record, late_by), wide);
  visit(ledger_table::event, wide);
  for (const auto& finding : record.decision.findings)
    visit(ledger_table::finding, writer.finding(origin, finding));
  if (record.event.kind == event_kind::subject)
    visit(ledger_table::subject, writer.subject(origin, record.event, 0));
}

} // namespace aepro
