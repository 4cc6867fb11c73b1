#include "actors/storage/ledger/segment.hpp"

#include "actors/storage/ledger/compression.hpp"
#include "test/support/test_records.hpp"

#include "aepro/v1/ledger.pb.h"

#include <boost/test/unit_test.hpp>

#include <random>

BOOST_AUTO_TEST_SUITE(ledger_segment)

namespace {

using namespace aepro;
using namespace aepro::test;

constexpr std::size_t bytes_max = 1 << 20;
const stream_name stream{"topic", 2};

std::shared_ptr<record_batch> sample() {
  const std::string binary("\0\xff\n", 3);
  auto batch =
      make_batch({{.value = "first", .headers = {{"a", "1"}, {"a", std::nullopt}, {"", ""}}},
                  {.value = std::nullopt, .headers = {}, .timestamp = -1, .key = "key"},
                  {.value = "", .headers = {{"b", binary}}, .key = ""},
                  {.value = binary, .headers = {}, .timestamp = 5}},
                 100, stream);
  batch->records[3].offset = 250; // A gap, as after compaction.
  batch->end_offset = 251;
  return batch;
}

bool same(const record_view& left, const record_view& right) {
  if (left.offset != right.offset || left.timestamp != right.timestamp || left.key != right.key ||
      left.value != right.value || left.headers.size() != right.headers.size())
    return false;
  for (std::size_t i = 0; i < left.headers.size(); ++i)
    if (left.headers[i].name != right.headers[i].name ||
        left.headers[i].value != right.headers[i].value ||
        left.headers[i].is_null != right.headers[i].is_null)
      return false;
  return true;
}

bool is_damage(const auto& decoded) {
  return std::holds_alternative<segment_damage>(decoded);
}

} // namespace

BOOST_AUTO_TEST_CASE(records_come_back_as_kafka_delivered_them) {
  const auto batch = sample();
  const auto decoded = decode_evidence(encode_evidence(*batch), stream, 100, 4, bytes_max);
  const auto* found = std::get_if<std::shared_ptr<record_batch>>(&decoded);
  BOOST_REQUIRE(found != nullptr);
  BOOST_REQUIRE((*found)->records.size() == batch->records.size());
  for (std::size_t i = 0; i < batch->records.size(); ++i)
    BOOST_TEST(same((*found)->records[i], batch->records[i]), "record " << i);
  BOOST_TEST((*found)->end_offset == 251);
  BOOST_TEST(((*found)->stream == stream));
}

BOOST_AUTO_TEST_CASE(every_compression_level_keeps_the_records) {
  for (const int level : {-5, 1, 3, 9})
    BOOST_TEST(!is_damage(decode_evidence(encode_evidence(*sample(), {.compression_level = level}),
                                          stream, 100, 4, bytes_max)));
}

BOOST_AUTO_TEST_CASE(a_wrong_count_is_damage) {
  BOOST_TEST(is_damage(decode_evidence(encode_evidence(*sample()), stream, 100, 3, bytes_max)));
}

BOOST_AUTO_TEST_CASE(no_cut_or_changed_byte_is_read_as_something_else_without_notice) {
  const auto whole = encode_evidence(*sample());
  for (std::size_t length = 0; length < whole.size(); ++length)
    BOOST_TEST(is_damage(decode_evidence(whole.substr(0, length), stream, 100, 4, bytes_max)));
  std::mt19937 random(7);
  for (int round = 0; round < 2'000;
       ++round) { // Must not crash; most changes are seen here already.
    auto changed = whole;
    changed[random() % changed.size()] = static_cast<char>(random());
    const auto decoded = decode_evidence(changed, stream, 100, 4, bytes_max);
    if (const auto* found = std::get_if<std::shared_ptr<record_batch>>(&decoded))
      BOOST_TEST((*found)->records.size() == 4U);
  }
  BOOST_TEST(is_damage(decode_evidence(whole + "x", stream, 100, 4, bytes_max)));
}

BOOST_AUTO_TEST_CASE(damage_inside_a_sound_frame_is_found) {
  const auto decode = [](const v1::SegmentRecords& message, std::size_t count) {
    return decode_evidence(compress(message.SerializeAsString(), 1), stream, 0, count, bytes_max);
  };
  v1::SegmentRecords one;
  one.add_offset_delta(0);
  one.add_timestamp_delta(0);
  one.add_key_length(0);
  one.add_headers_length(0);
  one.add_value_length(2);
  one.set_values("x");
  BOOST_TEST(!is_damage(decode(one, 1)));
  auto damaged = one;
  damaged.set_value_length(0, 3);
  BOOST_TEST(is_damage(decode(damaged, 1)));
  damaged = one;
  damaged.set_values("xy");
  BOOST_TEST(is_damage(decode(damaged, 1)));
  damaged = one;
  damaged.set_key_length(0, 2);
  BOOST_TEST(is_damage(decode(damaged, 1)));
  damaged = one;
  damaged.set_keys("left over");
  BOOST_TEST(is_damage(decode(damaged, 1)));
  damaged = one;
  damaged.set_headers("left over");
  BOOST_TEST(is_damage(decode(damaged, 1)));
  damaged = one;
  damaged.set_headers_length(0, 3);
  damaged.set_headers("abc");
  BOOST_TEST(is_damage(decode(damaged, 1)));
  damaged = one;
  damaged.add_offset_delta(0); // Not behind the first.
  damaged.add_timestamp_delta(0);
  damaged.add_key_length(0);
  damaged.add_headers_length(0);
  damaged.add_value_length(0);
  BOOST_TEST(is_damage(decode(damaged, 2)));
}

BOOST_AUTO_TEST_CASE(a_frame_that_unpacks_to_more_than_the_limit_is_damage) {
  const auto batch = make_batch({{.value = std::string(10'000, 'x')}}, 0, stream);
  const auto evidence = encode_evidence(*batch);
  BOOST_TEST(!is_damage(decode_evidence(evidence, stream, 0, 1, bytes_max)));
  BOOST_TEST(is_damage(decode_evidence(evidence, stream, 0, 1, 9'000)));
}

BOOST_AUTO_TEST_CASE(decisions_come_back) {
  const stream_name other{"other", 1};
  const std::vector<stored_decision> records{
      {verdict::accepted, "one", 0x0102030405060708U, {}},
      {verdict::rejected, "", 2, {}},
      {verdict::duplicate, "three", ~std::uint64_t{0}, {&other, 5}},
      {verdict::conflict, "four", 4, {&other, 6}}};
  const auto decoded = decode_decisions(encode_decisions(records), 4, bytes_max);
  const auto* found = std::get_if<segment_decisions>(&decoded);
  BOOST_REQUIRE(found != nullptr);
  for (std::size_t i = 0; i < records.size(); ++i) {
    BOOST_TEST((found->records[i].verdict == records[i].verdict));
    BOOST_TEST(found->records[i].decision == records[i].decision);
    BOOST_TEST(found->records[i].hash_prefix == records[i].hash_prefix);
    BOOST_TEST(found->records[i].first.offset == records[i].first.offset);
  }
  BOOST_TEST((*found->records[3].first.stream == other));
  BOOST_TEST(is_damage(decode_decisions(encode_decisions(records), 3, bytes_max)));
}

BOOST_AUTO_TEST_CASE(damaged_decisions_are_found) {
  const auto decode = [](const v1::SegmentDecisions& message) {
    return decode_decisions(compress(message.SerializeAsString(), 1), 1, bytes_max);
  };
  v1::SegmentDecisions one;
  one.set_verdicts("\x01");
  one.add_decision_length(1);
  one.set_decisions("d");
  one.set_hash_prefixes("12345678");
  BOOST_TEST(!is_damage(decode(one)));
  auto damaged = one;
  damaged.set_verdicts("\x05");
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.set_verdicts(std::string(1, '\0'));
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.set_decisions("dd");
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.add_decision_length(0);
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.set_verdicts("\x03"); // A duplicate of nothing.
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.add_first()->set_topic("left over");
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.set_decision_length(0, 2);
  BOOST_TEST(is_damage(decode(damaged)));
  damaged = one;
  damaged.set_hash_prefixes("1234567");
  BOOST_TEST(is_damage(decode(damaged)));
}

BOOST_AUTO_TEST_CASE(decisions_that_are_no_frame_or_no_message_are_damage) {
  BOOST_TEST(is_damage(decode_decisions("not zstd", 0, bytes_max)));
  BOOST_TEST(is_damage(decode_decisions(compress("\xff\xff", 1), 0, bytes_max)));
  BOOST_TEST(!is_damage(decode_decisions(compress("", 1), 0, bytes_max)));
}

BOOST_AUTO_TEST_CASE(repeats_of_several_streams_each_name_their_own) {
  const std::vector<stream_name> streams{{"a", 1}, {"a", 2}, {"b", 1}, {"a", 1}};
  std::vector<stored_decision> records;
  for (const auto& name : streams)
    records.push_back({verdict::duplicate, "", 0, {&name, 5}});
  const auto decoded = decode_decisions(encode_decisions(records), records.size(), bytes_max);
  const auto* found = std::get_if<segment_decisions>(&decoded);
  BOOST_REQUIRE(found != nullptr);
  for (std::size_t i = 0; i < streams.size(); ++i)
    BOOST_TEST((*found->records[i].first.stream == streams[i]), "record " << i);
}

BOOST_AUTO_TEST_CASE(a_segment_without_records_spans_no_offset) {
  const auto decoded = decode_evidence(encode_evidence(record_batch{}), stream, 100, 0, bytes_max);
  const auto* found = std::get_if<std::shared_ptr<record_batch>>(&decoded);
  BOOST_REQUIRE(found != nullptr);
  BOOST_TEST((*found)->records.empty());
  BOOST_TEST((*found)->end_offset == 100);
}

// Both frames were written by hand from RFC 8878.
BOOST_AUTO_TEST_CASE(a_frame_that_does_not_say_its_size_is_not_unpacked) {
  const std::string sized("\x28\xb5\x2f\xfd\x20\x03\x19\0\0abc", 12);
  BOOST_TEST(decompress(sized, 100).value() == "abc");
  const std::string unsized("\x28\xb5\x2f\xfd\0\0\x19\0\0abc", 12);
  BOOST_TEST(!decompress(unsized, 100));
}

BOOST_AUTO_TEST_SUITE_END()
