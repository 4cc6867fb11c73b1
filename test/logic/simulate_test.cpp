#include "actors/simulate/trial_generator.hpp"

#include "actors/validation/batch_decider.hpp"
#include "actors/validation/subject_context.hpp"

#include "aepro/v1/event.pb.h"

#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>

#include <deque>
#include <map>
#include <set>

BOOST_AUTO_TEST_SUITE(simulate)

namespace {

/// Every share large, so that a small trial has every kind of record.
aepro::trial_options troubled(std::uint64_t events) {
  aepro::trial_options options;
  options.events = events;
  options.seed = 42;
  options.troubles = {0.05, 0.05, 0.03, 0.03, 0.05, 0.03, 0.3, 0.05, 0.1, 0.1, 0.3, 0.1, 0.3, 0.1};
  return options;
}

std::string digest_of_all(const aepro::trial_options& options) {
  aepro::trial_generator trial(options);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  for (aepro::simulated_record record; trial.next(record);) {
    std::string all =
        record.key + "\n" + record.value + "\n" + std::to_string(record.timestamp) + "\n";
    for (const auto& header : record.outgoing().headers)
      all.append(header.name).append("=").append(header.value).append("\n");
    EVP_DigestUpdate(context, all.data(), all.size());
  }
  unsigned char digest[32];
  EVP_DigestFinal_ex(context, digest, nullptr);
  EVP_MD_CTX_free(context);
  std::string text;
  for (const auto byte : digest)
    for (const auto half : {byte >> 4, byte & 15})
      text += "0123456789abcdef"[half];
  return text;
}

/// A record of its own memory, as a batch needs it.
struct kept {
  aepro::simulated_record record;
  std::vector<aepro::header_view> headers;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes_on_every_machine) {
  BOOST_TEST(digest_of_all(troubled(500)) ==
             "6df6bf1cb222c4fd9fe8d7e54bfb71bd604399bad6c7631f84860b657eed05dc");
}

BOOST_AUTO_TEST_CASE(another_seed_gives_other_bytes) {
  auto other = troubled(500);
  other.seed = 43;
  BOOST_TEST(digest_of_all(other) != digest_of_all(troubled(500)));
}

BOOST_AUTO_TEST_CASE(subjects_come_first_and_every_record_is_counted) {
  aepro::trial_generator trial(troubled(300));
  std::uint64_t count = 0;
  for (aepro::simulated_record record; trial.next(record); ++count)
    BOOST_TEST((record.topic == "aepro.subjects") == (count < trial.subject_count()));
  BOOST_TEST(count == trial.size());
  BOOST_TEST(trial.size() == trial.subject_count() + 300);
}

BOOST_AUTO_TEST_CASE(protobuf_reads_every_record_that_should_be_readable) {
  aepro::trial_generator trial(troubled(2000));
  std::size_t unreadable = 0;
  for (aepro::simulated_record record; trial.next(record);) {
    aepro::v1::Event event;
    const bool read = event.ParseFromString(record.value) && !record.value.empty();
    const bool expected = record.rejection != aepro::rejection::undecodable &&
                          record.rejection != aepro::rejection::empty_value;
    BOOST_TEST(read == expected, record.number);
    unreadable += !expected;
    if (record.rejection == aepro::rejection::none) {
      BOOST_TEST(event.event_id() == record.event_id);
      BOOST_TEST(record.key == event.study() + "/" + event.subject());
    }
  }
  BOOST_TEST(unreadable > 20u);
}

BOOST_AUTO_TEST_CASE(ids_are_uuids_of_the_version_asked_and_version_7_grows) {
  for (const bool random : {false, true}) {
    auto options = troubled(2000);
    options.random_ids = random;
    aepro::trial_generator trial(options);
    std::string last;
    std::size_t steps_back = 0;
    for (aepro::simulated_record record; trial.next(record);) {
      if (record.verdict != aepro::verdict::accepted || record.topic == options.subjects_topic)
        continue;
      BOOST_REQUIRE(record.event_id.size() == 36u);
      BOOST_TEST(record.event_id[14] == (random ? '4' : '7'));
      steps_back += record.event_id < last;
      last = record.event_id;
    }
    BOOST_TEST((steps_back == 0) == !random);
  }
}

BOOST_AUTO_TEST_CASE(a_repeat_follows_what_it_repeats_in_the_same_partition) {
  aepro::trial_generator trial(troubled(3000));
  std::map<std::string, std::pair<std::string, std::string>> first; // id -> topic, key
  std::map<aepro::verdict, std::size_t> counts;
  for (aepro::simulated_record record; trial.next(record);) {
    ++counts[record.verdict];
    if (record.verdict == aepro::verdict::accepted) {
      BOOST_TEST(first.try_emplace(record.event_id, std::string(record.topic), record.key).second,
                 record.number);
      continue;
    }
    if (record.verdict == aepro::verdict::rejected)
      continue;
    const auto found = first.find(record.event_id);
    BOOST_REQUIRE(found != first.end());
    BOOST_TEST(found->second.first == record.topic);
    BOOST_TEST(found->second.second == record.key);
  }
  BOOST_TEST(counts[aepro::verdict::duplicate] > 100u);
  BOOST_TEST(counts[aepro::verdict::conflict] > 100u);
  BOOST_TEST(counts[aepro::verdict::rejected] > 200u);
}

BOOST_AUTO_TEST_CASE(shares_of_nothing_make_a_trial_without_trouble) {
  auto options = troubled(2000);
  options.troubles = aepro::trouble_shares::none();
  aepro::trial_generator trial(options);
  for (aepro::simulated_record record; trial.next(record);) {
    BOOST_TEST((record.verdict == aepro::verdict::accepted));
    BOOST_TEST(!record.serious);
    BOOST_TEST(record.alert_count == 0u);
  }
}

// The generator says what must be decided without the code that decides: both must agree.
BOOST_AUTO_TEST_CASE(decide_says_of_every_record_what_the_generator_expects) {
  const auto options = troubled(5000);
  aepro::trial_generator trial(options);
  std::deque<kept> all;
  const auto raw = std::make_shared<aepro::record_batch>();
  raw->stream = {"topic", 0};
  for (kept one; trial.next(one.record);) {
    auto& last = all.emplace_back(std::move(one));
    const auto out = last.record.outgoing();
    last.headers.assign(out.headers.begin(), out.headers.end());
    for (auto& header : last.headers)
      header.value = header.name == "content-type" ? header.value : std::string_view();
    raw->records.push_back({static_cast<std::int64_t>(all.size()) - 1, last.record.timestamp,
                            last.record.key, out.value, last.headers});
    if (!last.record.is_tombstone)
      raw->records.back().value = last.record.value;
    one = {};
  }
  const aepro::decide_options rules;
  auto pending = aepro::prepare(raw, rules);
  std::map<aepro::subject_key, aepro::subject_context_ptr> known;
  for (const auto& one : all) {
    aepro::v1::Event event;
    if (one.record.topic == options.subjects_topic && event.ParseFromString(one.record.value))
      known[{event.study(), event.subject()}] =
          aepro::make_subject_context(event.study(), event.subject(), event.site(), 1,
                                      event.subject_data().SerializeAsString());
  }
  std::vector<aepro::subject_context_ptr> contexts;
  for (const auto& key : pending.subjects)
    contexts.push_back(known.contains(key) ? known.at(key) : nullptr);
  const auto decided = aepro::finish(std::move(pending), contexts, rules);
  std::set<std::string> alerts, bands;
  std::map<std::uint16_t, std::size_t> findings;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& decision = decided->records[i].decision;
    const auto& expected = all[i].record;
    BOOST_TEST((decision.rejection == expected.rejection), expected.number << " rejection");
    BOOST_TEST(decision.serious == expected.serious, expected.number << " serious");
    BOOST_REQUIRE_MESSAGE(decision.scores.size() == expected.score_count,
                          expected.number << " scores");
    BOOST_REQUIRE_MESSAGE(decision.alerts.size() == expected.alert_count,
                          expected.number << " alerts");
    for (std::size_t k = 0; k < expected.score_count; ++k) {
      BOOST_TEST(decision.scores[k].scale == expected.score_storage[k].scale);
      BOOST_TEST(decision.scores[k].value == expected.score_storage[k].value);
      BOOST_TEST(decision.scores[k].band == expected.score_storage[k].band);
      bands.insert(std::string(decision.scores[k].scale) + std::string(decision.scores[k].band));
    }
    for (std::size_t k = 0; k < expected.alert_count; ++k) {
      BOOST_TEST(decision.alerts[k].rule == expected.alert_storage[k]);
      alerts.insert(std::string(decision.alerts[k].rule));
    }
    for (const auto& one : decision.findings)
      ++findings[one.rule];
  }
  BOOST_TEST(alerts.size() == 7u);
  BOOST_TEST(bands.size() == 10u);
  BOOST_TEST(findings.size() > 5u);
  for (const auto& [rule, count] : findings)
    BOOST_TEST_MESSAGE("rule " << rule << ": " << count);
}

BOOST_AUTO_TEST_CASE(shares_that_no_trial_can_have_are_refused) {
  aepro::trouble_shares shares = aepro::trouble_shares::none();
  shares.duplicate = 0.9;
  BOOST_TEST(aepro::find_share_trouble(shares) == "");
  shares.duplicate = 1;
  BOOST_TEST(aepro::find_share_trouble(shares).find("at most 0.9 is possible") !=
             std::string::npos);
  shares.duplicate = 0;
  shares.undecodable = 1;
  BOOST_TEST(aepro::find_share_trouble(shares) == "");
  shares.empty = 0.5;
  BOOST_TEST(aepro::find_share_trouble(shares).find("are 1.5 together; at most 1") !=
             std::string::npos);
  BOOST_TEST(aepro::find_share_trouble({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
