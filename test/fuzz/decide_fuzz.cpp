// decide(): sound decisions for any record, headers, subject and settings; the same bytes each time
// and however the records are cut into batches.
#include "actors/validation/batch_decider.hpp"
#include "actors/validation/subject_context.hpp"
#include "test/support/decision_checks.hpp"
#include "test/support/test_records.hpp"

#include <fuzzer/FuzzedDataProvider.h>

#include <cstdio>
#include <cstdlib>

namespace {

using namespace aepro;

subject_context_ptr reference;

std::shared_ptr<decided_batch> decided(std::vector<test::test_record> records,
                                       const decide_options& options) {
  auto pending = prepare(test::make_batch(std::move(records)), options);
  const std::vector<subject_context_ptr> contexts(pending.subjects.size(), reference);
  return finish(std::move(pending), contexts, options);
}

void require(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "decide: %s\n", what);
  std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  decide_options options{.value_bytes_max = 1 << 16, .answers_max = 64};
  options.reject_unknown_subjects = input.ConsumeBool();
  if (input.ConsumeBool())
    options.studies = {"S1"};
  if (input.ConsumeBool())
    options.optional_rules = {181};
  if (input.ConsumeBool())
    options.causality_terms = {{"S1", {"NONE"}}};
  if (input.ConsumeBool())
    options.phq9_missing = phq9_missing_items::none_allowed;
  if (input.ConsumeBool())
    options.score_alerts = {{"PHQ-9", true, 10, urgency::urgent}};
  const auto timestamp = input.ConsumeIntegral<std::int64_t>();
  reference = input.ConsumeBool()
                  ? make_subject_context("S1", "P1", "01", 1, input.ConsumeRandomLengthString(200))
                  : make_unknown_subject("S1", "P1");
  std::vector<test::test_record> records;
  for (int i = 0; i < 3 && input.remaining_bytes() > 0; ++i) {
    test::test_record record;
    record.timestamp = timestamp;
    if (input.ConsumeBool())
      record.headers.emplace_back(input.ConsumeBool() ? "content-type" : "x",
                                  input.ConsumeRandomLengthString(30));
    record.value =
        i == 2 ? input.ConsumeRemainingBytesAsString() : input.ConsumeRandomLengthString(1 << 12);
    records.push_back(std::move(record));
  }
  const auto together = decided(records, options);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& record = together->records[i];
    const auto fault = test::fault_of(record.decision);
    require(!fault, fault ? fault->c_str() : "");
    const auto alone = decided({records[i]}, options);
    require(alone->records[0].decision.encoded == record.decision.encoded, "batch matters");
    require(alone->records[0].key == record.key, "key");
    require(alone->records[0].content_check == record.content_check, "content check");
  }
  return 0;
}
