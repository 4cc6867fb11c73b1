#include "actors/validation/guarded_decider.hpp"

#include "actors/validation/subject_context.hpp"
#include "aepro/v1/event.pb.h"
#include "test/support/poison.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/unit_test.hpp>

#include <new>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(guarded_decider)

namespace {

std::string event_value(const std::string& id) {
  v1::Event event;
  event.set_event_id(id);
  event.set_study("S1");
  event.set_subject("SUBJECT-" + id);
  event.mutable_adverse_event()->set_aeterm("HEADACHE");
  return event.SerializeAsString();
}

/// Twenty events; the ids of the given ones say that they are poison.
std::shared_ptr<record_batch> batch_with(const std::set<int>& poisoned) {
  std::vector<test_record> records;
  for (int i = 0; i < 20; ++i)
    records.push_back(
        {event_value((poisoned.contains(i) ? "poison-" : "event-") + std::to_string(i))});
  return make_batch(std::move(records), 100);
}

struct outcome {
  std::shared_ptr<decided_batch> batch;
  std::vector<processing_failure> failures;
};

outcome decide(std::shared_ptr<record_batch> raw, const decide_steps& steps) {
  outcome result;
  auto pending = prepare_guarded(std::move(raw), {}, steps, result.failures);
  std::vector<subject_context_ptr> contexts;
  for (const auto& key : pending.subjects)
    contexts.push_back(make_subject_context(key.study, key.subject, "01", 7, ""));
  result.batch = finish_guarded(std::move(pending), contexts, {}, steps, result.failures);
  return result;
}

/// The poisoned ones are rejected as such; every other decision is that of a batch without poison.
void check(const outcome& found, const std::set<int>& poisoned, const std::set<int>& reported) {
  const auto expected = decide(batch_with(poisoned), {}).batch;
  std::set<int> named;
  for (const auto& failure : found.failures)
    named.insert(static_cast<int>(failure.index));
  BOOST_TEST(named == reported, boost::test_tools::per_element());
  BOOST_REQUIRE(found.batch->records.size() == 20U);
  BOOST_REQUIRE(found.batch->raw->records.size() == 20U);
  for (int i = 0; i < 20; ++i) {
    const auto& record = found.batch->records[static_cast<std::size_t>(i)];
    const auto& other = expected->records[static_cast<std::size_t>(i)];
    BOOST_TEST((record.value_digest == other.value_digest));
    BOOST_TEST((record.headers_digest == other.headers_digest));
    if (poisoned.contains(i)) {
      BOOST_TEST((record.decision.rejection == rejection::processing_failed));
      BOOST_TEST((record.event.kind == event_kind::none));
      BOOST_REQUIRE(record.decision.alerts.size() == 1U);
      BOOST_TEST(record.decision.alerts[0].rule == "processing-failed");
    } else {
      BOOST_TEST(record.decision.encoded == other.decision.encoded);
      BOOST_TEST((record.decision.rejection == rejection::none));
      BOOST_TEST((record.key == other.key));
      BOOST_TEST(record.decision.context_version == 7U);
    }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_batch_without_poison_is_decided_as_ever) {
  check(decide(batch_with({}), {}), {}, {});
}

BOOST_AUTO_TEST_CASE(a_record_that_makes_the_decoding_throw_is_rejected_and_the_others_are_not) {
  for (const std::set<int>& poisoned : {std::set{0}, {19}, {7}, {3, 4}, {0, 9, 19}})
    check(decide(batch_with(poisoned), poison_in_prepare()), poisoned, poisoned);
}

BOOST_AUTO_TEST_CASE(a_record_that_makes_the_decision_throw_is_rejected_and_the_others_are_not) {
  for (const std::set<int>& poisoned : {std::set{0}, {19}, {7}, {3, 4}, {0, 9, 19}})
    check(decide(batch_with(poisoned), poison_in_finish()), poisoned, poisoned);
}

BOOST_AUTO_TEST_CASE(records_that_fail_in_different_steps_are_both_found) {
  auto steps = poison_in_finish("poison-11");
  steps.prepare = poison_in_prepare("poison-5").prepare;
  check(decide(batch_with({5, 11}), steps), {5, 11}, {5, 11});
}

BOOST_AUTO_TEST_CASE(a_batch_of_poison_alone_is_rejected_whole) {
  std::set<int> all;
  for (int i = 0; i < 20; ++i)
    all.insert(i);
  check(decide(batch_with(all), poison_in_prepare()), all, all);
  check(decide(batch_with(all), poison_in_finish()), all, all);
}

BOOST_AUTO_TEST_CASE(the_rejection_has_the_same_bytes_whatever_step_failed) {
  const auto early = decide(batch_with({3}), poison_in_prepare());
  const auto late = decide(batch_with({3}), poison_in_finish());
  decided_record alone;
  std::pmr::monotonic_buffer_resource memory;
  reject_unprocessed(alone, early.batch->rules_version, memory);
  BOOST_TEST(early.batch->records[3].decision.encoded == late.batch->records[3].decision.encoded);
  BOOST_TEST(early.batch->records[3].decision.encoded == alone.decision.encoded);
}

BOOST_AUTO_TEST_CASE(a_machine_that_can_process_nothing_rejects_nothing) {
  decide_steps broken; // Whatever the record.
  broken.prepare = [](auto raw, const auto& options) {
    if (!raw->records.empty())
      throw std::runtime_error("no SHA-256");
    return prepare(std::move(raw), options);
  };
  BOOST_CHECK_THROW(decide(batch_with({}), broken), std::runtime_error);
  broken = {};
  broken.finish = [](auto pending, auto contexts, const auto& options) {
    for (const auto& record : pending.batch->records)
      if (record.decision.rejection != rejection::processing_failed)
        throw std::runtime_error("no rules");
    return finish(std::move(pending), contexts, options);
  };
  BOOST_CHECK_THROW(decide(batch_with({}), broken), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(want_of_memory_is_no_records_fault) {
  decide_steps full;
  full.finish = [](auto, auto, const auto&) -> std::shared_ptr<decided_batch> {
    throw std::bad_alloc();
  };
  BOOST_CHECK_THROW(decide(batch_with({1}), full), std::bad_alloc);
}

BOOST_AUTO_TEST_CASE(deciding_anew_takes_a_subject_without_reference_data_as_unknown) {
  const auto steps = poison_in_finish();
  std::vector<processing_failure> failures;
  auto pending = prepare_guarded(batch_with({3}), {}, steps, failures);
  const std::vector<subject_context_ptr> one{
      make_subject_context("S1", "SUBJECT-event-0", "01", 7, "")};
  const auto batch = finish_guarded(std::move(pending), one, {}, steps, failures);
  BOOST_TEST(batch->records[0].decision.subject_known);
  BOOST_TEST(!batch->records[4].decision.subject_known);
  BOOST_TEST((batch->records[4].decision.rejection == rejection::none));
}

BOOST_AUTO_TEST_SUITE_END()
