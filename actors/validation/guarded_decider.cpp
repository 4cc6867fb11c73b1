#include "actors/validation/guarded_decider.hpp"

#include "actors/validation/decision_encoder.hpp"
#include "actors/validation/rules/rule_table.hpp"
#include "actors/validation/sha256.hpp"

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <map>
#include <new>
#include <numeric>
#include <typeinfo>

namespace aepro {

namespace {

using indexes = std::span<const std::size_t>;
using batch_work = std::function<void(std::shared_ptr<record_batch>)>;

/// Returns the records of `raw` at `chosen` as a batch of their own; bytes are shared.
std::shared_ptr<record_batch> part_of(const record_batch& raw, indexes chosen) {
  auto part = std::make_shared<record_batch>(raw);
  part->records.clear();
  for (const auto index : chosen)
    part->records.push_back(raw.records[index]);
  return part;
}

/// Halves until single records are found; 2 log2(n) + 1 tries for one that fails.
void bisect(const record_batch& raw, indexes chosen, const batch_work& work,
            std::vector<processing_failure>& failures) {
  std::string type = "of a kind unknown";
  try {
    work(part_of(raw, chosen));
    return;
  } catch (const std::bad_alloc&) {
    throw; // Not the record's fault: the batch is tried again.
  } catch (const std::exception& reason) {
    type = boost::core::demangle(typeid(reason).name());
  } catch (...) {
  }
  if (chosen.size() == 1) {
    failures.push_back({chosen.front(), type});
    return;
  }
  bisect(raw, chosen.first(chosen.size() / 2), work, failures);
  bisect(raw, chosen.subspan(chosen.size() / 2), work, failures);
}

/// Without it a machine that can process nothing (no SHA-256, say) would reject whatever comes.
void process_empty_record(const record_batch& raw, const batch_work& work) {
  auto control = std::make_shared<record_batch>(raw);
  control->records.assign(1, record_view{.offset = raw.begin_offset});
  work(std::move(control));
}

/// Returns the indexes of all records but those that failed.
std::vector<std::size_t> sound_records(std::size_t size,
                                       const std::vector<processing_failure>& failures) {
  std::vector<std::size_t> sound(size);
  std::iota(sound.begin(), sound.end(), 0);
  std::erase_if(sound, [&](std::size_t index) {
    return std::ranges::find(failures, index, &processing_failure::index) != failures.end();
  });
  return sound;
}

void digest(const record_view& raw, decided_record& record) {
  sha256 hasher;
  std::string headers;
  append_encoded_headers(raw.headers, headers);
  record.headers_digest = hasher(headers);
  record.value_digest = hasher(raw.value.value_or(std::string_view{}));
}

/// Prepares the records that did not fail, and puts the others between them.
pending_batch prepare_without(std::shared_ptr<record_batch> raw,
                              const std::vector<processing_failure>& failures,
                              const decide_options& options, const decide_steps& steps) {
  const auto sound = sound_records(raw->records.size(), failures);
  auto part = steps.prepare(part_of(*raw, sound), options);
  pending_batch whole;
  whole.subjects = std::move(part.subjects);
  whole.subject_of.assign(raw->records.size(), pending_batch::no_subject);
  whole.batch = std::move(part.batch);
  std::vector<decided_record> records(raw->records.size());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    records[sound[i]] = std::move(whole.batch->records[i]);
    whole.subject_of[sound[i]] = part.subject_of[i];
  }
  for (const auto& failure : failures) {
    digest(raw->records[failure.index], records[failure.index]);
    records[failure.index].decision.rejection = rejection::processing_failed;
  }
  whole.batch->records = std::move(records);
  whole.batch->raw = std::move(raw);
  return whole;
}

using contexts_by_key = std::map<subject_key, subject_context_ptr>;

std::vector<subject_context_ptr> pick(const contexts_by_key& known,
                                      std::span<const subject_key> keys) {
  std::vector<subject_context_ptr> picked;
  for (const auto& key : keys) {
    const auto found = known.find(key);
    picked.push_back(found == known.end() ? nullptr : found->second);
  }
  return picked;
}

std::vector<processing_failure> failures_of(const decided_batch& batch) {
  std::vector<processing_failure> failures;
  for (std::size_t i = 0; i < batch.records.size(); ++i)
    if (batch.records[i].decision.rejection == rejection::processing_failed)
      failures.push_back({i, {}});
  return failures;
}

/// Decides anew where a record made finish() throw.
std::shared_ptr<decided_batch>
finish_without(std::shared_ptr<record_batch> raw, std::vector<processing_failure> failed,
               std::span<const subject_context_ptr> contexts, const decide_options& options,
               const decide_steps& steps, std::vector<processing_failure>& failures) {
  // The subjects are those of the first time, in the same order.
  const auto again = prepare_without(raw, failed, options, steps);
  contexts_by_key known;
  for (std::size_t i = 0; i < std::min(contexts.size(), again.subjects.size()); ++i)
    known.emplace(again.subjects[i], contexts[i]);
  const batch_work both = [&](std::shared_ptr<record_batch> part) {
    auto prepared = steps.prepare(std::move(part), options);
    const auto picked = pick(known, prepared.subjects);
    steps.finish(std::move(prepared), picked, options);
  };
  process_empty_record(*raw, both);
  const auto before = failures.size();
  bisect(*raw, sound_records(raw->records.size(), failed), both, failures);
  failed.insert(failed.end(), failures.begin() + static_cast<std::ptrdiff_t>(before),
                failures.end());
  auto rest = prepare_without(std::move(raw), failed, options, steps);
  const auto picked = pick(known, rest.subjects);
  return steps.finish(std::move(rest), picked, options);
}

} // namespace

void reject_unprocessed(decided_record& record, std::uint32_t version,
                        std::pmr::memory_resource& memory) {
  const auto value = record.value_digest, headers = record.headers_digest;
  record = decided_record{};
  record.value_digest = value;
  record.headers_digest = headers;
  record.decision.rejection = rejection::processing_failed;
  record.decision.alerts.push_back(processing_failed_alert);
  record.decision.encoded = encode_decision(record.decision, version, memory);
}

pending_batch prepare_guarded(std::shared_ptr<record_batch> raw, const decide_options& options,
                              const decide_steps& steps,
                              std::vector<processing_failure>& failures) {
  try {
    return steps.prepare(raw, options);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) { // Found below.
  }
  const batch_work prepare_part = [&](std::shared_ptr<record_batch> part) {
    steps.prepare(std::move(part), options);
  };
  process_empty_record(*raw, prepare_part);
  bisect(*raw, sound_records(raw->records.size(), {}), prepare_part, failures);
  return prepare_without(std::move(raw), failures, options, steps);
}

std::shared_ptr<decided_batch> finish_guarded(pending_batch pending,
                                              std::span<const subject_context_ptr> contexts,
                                              const decide_options& options,
                                              const decide_steps& steps,
                                              std::vector<processing_failure>& failures) {
  const auto batch = pending.batch;
  auto raw = batch->raw;
  try {
    return steps.finish(std::move(pending), contexts, options);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) { // Found below.
  }
  // As far as it came, finish() has kept what prepare_guarded() had marked.
  return finish_without(std::move(raw), failures_of(*batch), contexts, options, steps, failures);
}

} // namespace aepro
