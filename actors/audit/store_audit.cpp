#include "actors/audit/store_audit.hpp"

#include "actors/audit/options_finder.hpp"
#include "actors/audit/row_comparison.hpp"
#include "actors/audit/row_sums.hpp"
#include "actors/audit/shared_audit.hpp"
#include "actors/audit/side_audit.hpp"
#include "actors/audit/subject_versions.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>

namespace aepro {

namespace {

class store_audit {
public:
  store_audit(ledger_reader& reader, const audit_options& options)
      : reader_(reader), options_(options), problems_(options.problems_max),
        expected_(options.seed), found_(options.seed), decide_options_(reader, options.decide) {}

  caf::expected<audit_report> run();

private:
  caf::error prepare();
  caf::error audit_all();
  caf::error compare_tables();
  caf::error audit_stream(const stored_partition& partition);
  caf::error audit_segment(const stored_segment& segment, const stored_stream& stream,
                           verdict_counts& counts);
  caf::expected<std::optional<segment_audit>> decide_again(const stored_segment& segment,
                                                           const stored_stream& stream,
                                                           audit_problems& problems);
  caf::error find_insertion_time(segment_audit& audit);
  void note_failed_records(const segment_audit& audit, const stored_stream& stream);
  caf::expected<subject_context_ptr> find_subject(const subject_version& wanted);
  caf::error scan_tables();
  caf::error explain(const row_bucket& bucket);
  caf::expected<rows_by_offset> expected_rows(const row_bucket& bucket);
  caf::expected<rows_by_offset> stored_rows(const row_bucket& bucket);
  stream_name name_of(std::int32_t stream_id) const;
  std::optional<topic_extent> watermarks_of(const stream_name& stream) const;

  ledger_reader& reader_;
  const audit_options& options_;
  audit_problems problems_;
  row_sums expected_, found_;
  shared_audit shared_;
  row_writer writer_;
  subject_versions versions_;
  rule_audit rules_;
  std::optional<unix_milliseconds> options_since_;
  std::vector<stored_partition> partitions_;
  std::vector<stored_stream> streams_;
  /// By stream and bucket index.
  std::map<std::pair<std::int32_t, std::int64_t>, std::int64_t> first_segments_;
  std::map<std::pair<event_key, std::uint32_t>, subject_context_ptr> subjects_;
  options_finder decide_options_;
  std::vector<audited_partition> audited_;
  std::vector<std::string> notes_;
  std::uint64_t checked_ = 0, total_ = 0;
  std::uint64_t processing_failed_ = 0, sound_now_ = 0;
};

caf::expected<audit_report> store_audit::run() {
  if (auto failed = audit_schema(reader_, problems_))
    return failed;
  const bool has_schema = problems_.total() == 0;
  if (auto failed = audit_all()) {
    if (has_schema)
      return failed;
    problems_.add("schema_differs",
                  "because of this not all could be checked: " + error_text(failed));
  }
  audit_report report;
  report.partitions = std::move(audited_);
  report.problems = problems_.kept();
  report.problems_total = problems_.total();
  report.processing_failed = processing_failed_;
  report.sound_now = sound_now_;
  report.notes = std::move(notes_);
  return report;
}

caf::error store_audit::prepare() {
  auto partitions = reader_.partitions();
  if (!partitions)
    return std::move(partitions.error());
  auto options_since = reader_.options_since();
  if (!options_since)
    return std::move(options_since.error());
  partitions_ = std::move(*partitions);
  options_since_ = *options_since;
  for (const auto& partition : partitions_) {
    streams_.push_back(partition.stream);
    total_ += partition.counts.total();
  }
  if (partitions_.empty())
    notes_.emplace_back("no streams: nothing was checked");
  return {};
}

caf::error store_audit::audit_all() {
  if (auto failed = prepare())
    return failed;
  for (const auto& partition : partitions_)
    if (auto failed = audit_stream(partition))
      return failed;
  check_unknown_partitions(options_.extents, partitions_, problems_);
  if (auto failed = scan_tables())
    return failed;
  if (auto failed = compare_tables())
    return failed;
  versions_.check(streams_, problems_);
  if (auto failed = audit_side_tables(reader_, partitions_, rules_, problems_))
    return failed;
  for (auto& note : rules_.check(problems_))
    notes_.push_back(std::move(note));
  if (options_.anchors != nullptr)
    options_.anchors->finish(total_, problems_);
  return {};
}

caf::error store_audit::compare_tables() {
  const auto differing = row_sums::differences(expected_, found_);
  for (std::size_t i = 0; i < differing.size(); ++i) {
    if (i < options_.stretches_explained_max) {
      if (auto failed = explain(differing[i]))
        return failed;
      continue;
    }
    problems_.add("row_differs", name_of(differing[i].stream_id), differing[i].first_offset(),
                  fmt::format("table {}: rows of offsets {}..{} are not what the evidence asks for",
                              ledger_layout(differing[i].table).table, differing[i].first_offset(),
                              differing[i].last_offset()));
  }
  return {};
}

stream_name store_audit::name_of(std::int32_t stream_id) const {
  for (const auto& stream : streams_)
    if (stream.id == stream_id)
      return stream.name;
  return {fmt::format("(no stream {})", stream_id), -1};
}

std::optional<topic_extent> store_audit::watermarks_of(const stream_name& stream) const {
  for (const auto& watermarks : options_.extents)
    if (watermarks.stream == stream)
      return watermarks;
  return std::nullopt;
}

caf::error store_audit::audit_stream(const stored_partition& partition) {
  stream_audit audit(partition.stream, options_since_, problems_);
  std::int64_t next = std::numeric_limits<std::int64_t>::min();
  while (true) {
    auto segment = reader_.next_segment(partition.stream.id, next);
    if (!segment)
      return segment.error();
    if (!*segment)
      break;
    verdict_counts counts;
    if (auto failed = audit_segment(**segment, partition.stream, counts))
      return failed;
    audit.follow(**segment, counts);
    if (options_.progress)
      options_.progress(checked_, total_);
    if ((*segment)->first_offset == std::numeric_limits<std::int64_t>::max())
      break;
    next = (*segment)->first_offset + 1;
  }
  audited_.push_back(
      audit.end(partition.state, partition.counts, watermarks_of(partition.stream.name)));
  return {};
}

caf::expected<subject_context_ptr> store_audit::find_subject(const subject_version& wanted) {
  if (wanted.version == 0)
    return subject_context_ptr{};
  const auto key =
      std::pair{subject_row_key(wanted.subject.study, wanted.subject.subject), wanted.version};
  if (const auto known = subjects_.find(key); known != subjects_.end())
    return known->second;
  auto found = reader_.find_subject(wanted.subject, wanted.version);
  if (!found)
    return found.error();
  if (subjects_.size() >= options_.subjects_cached_max)
    subjects_.clear();
  subjects_.emplace(key, *found);
  return found;
}

caf::expected<std::optional<segment_audit>> store_audit::decide_again(const stored_segment& segment,
                                                                      const stored_stream& stream,
                                                                      audit_problems& problems) {
  const auto options = decide_options_.find(segment, stream, problems);
  if (!options)
    return options.error();
  auto audit =
      segment_audit::make(segment, stream, **options, options_.segment_bytes_max, problems);
  if (!audit)
    return audit;
  std::vector<subject_context_ptr> contexts;
  for (const auto& wanted : audit->subjects()) {
    auto context = find_subject(wanted);
    if (!context)
      return context.error();
    contexts.push_back(std::move(*context));
  }
  audit->decide(contexts);
  if (auto failed = find_insertion_time(*audit))
    return failed;
  return audit;
}

/// Lateness follows from when the rows were inserted. Where no row tells, `stored_at` will do: then
/// every row is in time, or later than the column can hold, or all of them were changed.
caf::error store_audit::find_insertion_time(segment_audit& audit) {
  for (const auto& witness : audit.witnesses()) {
    const auto lateness = reader_.find_lateness(witness.key);
    if (!lateness)
      return lateness.error();
    if (const auto instant = instant_told_by(witness, *lateness, audit.stored_at())) {
      audit.set_inserted_at(*instant);
      break;
    }
  }
  return {};
}

/// Not damage, but an auditor must see each: who rewrites a ledger with all its hashes could hide a
/// record so.
void store_audit::note_failed_records(const segment_audit& audit, const stored_stream& stream) {
  for (const auto& failed : audit.failed_records()) {
    sound_now_ += failed.sound ? 1 : 0;
    if (++processing_failed_ <= options_.problems_max)
      notes_.push_back(
          fmt::format("{}[{}] offset {}: rejected as processing_failed; decided anew it is {}",
                      stream.name.topic, stream.name.partition, failed.offset,
                      failed.sound ? "accepted" : "rejected"));
  }
}

caf::error store_audit::audit_segment(const stored_segment& segment, const stored_stream& stream,
                                      verdict_counts& counts) {
  auto audit = decide_again(segment, stream, problems_);
  if (!audit)
    return audit.error();
  if (!*audit)
    return {}; // Damaged, which is noted.
  const auto keys = (*audit)->repeated_keys();
  std::vector<known_event> known;
  if (!keys.empty()) {
    auto found = reader_.find_events(keys);
    if (!found)
      return found.error();
    known = std::move(*found);
  }
  counts = (*audit)->check(known, problems_);
  note_failed_records(**audit, stream);
  rules_.use((*audit)->rules_version());
  comparable_row comparable;
  (*audit)->rows(streams_, writer_, [&](ledger_table table, std::span<const cell> row) {
    comparable.assign(table, row);
    expected_.add(table, comparable);
  });
  shared_.expect(writer_.shared());
  if (options_.anchors != nullptr &&
      options_.anchors->wants(stream.name, segment.first_offset, segment.last_offset))
    (*audit)->heads([&](std::int64_t offset, const sha256_digest& head) {
      options_.anchors->see(stream.name, offset, head, problems_);
    });
  std::optional<std::int64_t> last_index;
  (*audit)->visit([&](const record_view& record, const decided_record& decided, verdict value) {
    const auto index = row_bucket::of({}, 0, record.offset).index;
    if (index != last_index)
      first_segments_.emplace(std::pair{stream.id, index}, segment.first_offset);
    last_index = index;
    if (options_.visit)
      options_.visit(stream.name, record, decided, value);
  });
  checked_ += (*audit)->size();
  return {};
}

caf::error store_audit::scan_tables() {
  comparable_row comparable;
  for (const auto table : ledger_tables) {
    auto scanned = reader_.scan(table, std::nullopt, [&](std::span<const cell> row) {
      comparable.assign(table, row);
      found_.add(table, comparable);
      if (table == ledger_table::subject)
        versions_.add(row);
      return true;
    });
    if (!scanned)
      return scanned.error();
  }
  for (const auto table : shared_tables) {
    auto scanned = reader_.scan_shared(table, [&](std::span<const cell> row) {
      shared_.add(table, row, problems_);
      return true;
    });
    if (!scanned)
      return scanned.error();
  }
  shared_.check(problems_);
  return {};
}

caf::expected<rows_by_offset> store_audit::stored_rows(const row_bucket& bucket) {
  rows_by_offset rows;
  comparable_row comparable;
  const scan_range range{bucket.stream_id, bucket.first_offset(), bucket.last_offset()};
  auto scanned = reader_.scan(bucket.table, range, [&](std::span<const cell> row) {
    comparable.assign(bucket.table, row);
    rows[comparable.offset()].push_back(comparable.bytes());
    return true;
  });
  if (!scanned)
    return scanned.error();
  return rows;
}

caf::expected<rows_by_offset> store_audit::expected_rows(const row_bucket& bucket) {
  rows_by_offset rows;
  const auto first = first_segments_.find({bucket.stream_id, bucket.index});
  if (first == first_segments_.end())
    return rows;
  const stored_stream stream{bucket.stream_id, name_of(bucket.stream_id)};
  audit_problems ignored(0); // Noted when the segment was audited.
  comparable_row comparable;
  for (auto next = first->second; next <= bucket.last_offset();) {
    auto segment = reader_.next_segment(bucket.stream_id, next);
    if (!segment)
      return segment.error();
    if (!*segment || (*segment)->first_offset > bucket.last_offset())
      break;
    auto audit = decide_again(**segment, stream, ignored);
    if (!audit)
      return audit.error();
    if (*audit)
      (*audit)->rows(streams_, writer_, [&](ledger_table table, std::span<const cell> row) {
        if (table != bucket.table)
          return;
        comparable.assign(table, row);
        if (row_bucket::of(table, comparable.stream_id(), comparable.offset()) == bucket)
          rows[comparable.offset()].push_back(comparable.bytes());
      });
    next = (*segment)->first_offset + 1;
  }
  return rows;
}

caf::error store_audit::explain(const row_bucket& bucket) {
  auto expected = expected_rows(bucket);
  if (!expected)
    return expected.error();
  auto stored = stored_rows(bucket);
  if (!stored)
    return stored.error();
  compare_rows(bucket.table, name_of(bucket.stream_id), std::move(*expected), std::move(*stored),
               problems_);
  return {};
}

} // namespace

caf::expected<audit_report> audit_store(ledger_reader& reader, const audit_options& options) {
  return store_audit(reader, options).run();
}

} // namespace aepro
