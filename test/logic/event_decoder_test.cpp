#include "messages/codec/event_decoder.hpp"

#include "aepro/v1/event.pb.h"
#include "test/support/bytes_schema.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(event_decoder)

namespace {

struct decoded {
  std::pmr::monotonic_buffer_resource arena;
  event_view event;
  rejection reason = rejection::none;

  explicit decoded(std::optional<std::string_view> value, std::vector<header_view> headers = {},
                   codec::decode_limits limits = {}) {
    codec::event_decoder decoder(limits);
    reason = decoder.decode(value, headers, arena, event);
  }
};

v1::Event sample_form() {
  v1::Event event;
  event.set_event_id("0198c0de-0000-7000-8000-000000000001");
  event.set_study("S1");
  event.set_subject("S1-001");
  event.mutable_recorded_at()->set_unix_milliseconds(-5);
  event.mutable_recorded_at()->set_utc_offset_minutes(-300);
  auto& form = *event.mutable_questionnaire_response();
  form.set_instrument("PHQ-9");
  form.set_status(v1::RESPONSE_STATUS_COMPLETED);
  for (int i = 1; i <= 9; ++i) {
    auto& answer = *form.add_answers();
    answer.set_link_id("PHQ010" + std::to_string(i));
    answer.set_value("1");
  }
  return event;
}

v1::Event sample_adverse_event() {
  v1::Event event;
  event.set_event_id("e-1");
  event.set_study("S1");
  event.set_site("01");
  event.set_subject("S1-001");
  event.mutable_adverse_event()->set_aeterm("HEADACHE");
  event.mutable_adverse_event()->set_report_version(3);
  event.mutable_adverse_event()->set_awareness_dtc("2025-01-01");
  return event;
}

void check_same_as_protobuf(std::string_view bytes) {
  const decoded ours(bytes, {}, {.value_bytes_max = 1 << 30, .answers_max = 1 << 30});
  const bool good = ours.reason == rejection::none || ours.reason == rejection::body_missing;
  const auto found = test::difference(good, ours.event, test::parse_with_protobuf(bytes).get());
  BOOST_TEST(found.value_or("") == "");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_form_is_decoded_as_protobuf_does) {
  const auto bytes = sample_form().SerializeAsString();
  check_same_as_protobuf(bytes);
  const decoded ours(bytes);
  BOOST_TEST((ours.reason == rejection::none));
  BOOST_TEST(std::get<questionnaire_response_view>(ours.event.body).answers.size() == 9u);
  BOOST_TEST(ours.event.recorded_at.utc_offset_minutes == -300);
  BOOST_TEST(ours.event.recorded_at.unix_ms == -5);
  BOOST_TEST(ours.event.event_bytes == bytes);
  BOOST_TEST(ours.event.body_bytes == sample_form().questionnaire_response().SerializeAsString());
}

BOOST_AUTO_TEST_CASE(views_point_into_the_value) {
  const auto bytes = sample_adverse_event().SerializeAsString();
  const decoded ours(bytes);
  const auto term = std::get<adverse_event_view>(ours.event.body)[ae::aeterm];
  BOOST_TEST(term == "HEADACHE");
  BOOST_TEST((term.data() > bytes.data() && term.data() < bytes.data() + bytes.size()));
}

BOOST_AUTO_TEST_CASE(every_truncation_is_judged_as_protobuf_judges_it) {
  for (const auto& bytes :
       {sample_form().SerializeAsString(), sample_adverse_event().SerializeAsString()})
    for (std::size_t size = 1; size <= bytes.size(); ++size)
      check_same_as_protobuf(std::string_view(bytes).substr(0, size));
}

BOOST_AUTO_TEST_CASE(random_damage_is_judged_as_protobuf_judges_it) {
  std::mt19937 random(20251121);
  BOOST_TEST_MESSAGE("seed 20251121");
  const std::string seeds[] = {sample_form().SerializeAsString(),
                               sample_adverse_event().SerializeAsString()};
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = seeds[random() % 2];
    for (auto changes = random() % 4 + 1; changes > 0; --changes) {
      const auto at = random() % bytes.size();
      switch (random() % 4) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes.insert(at, 1, static_cast<char>(random())); break;
        case 2: bytes.erase(at, 1); break;
        case 3: bytes += bytes.substr(at, random() % 40); break;
      }
      if (bytes.empty())
        bytes = "x";
    }
    // A first byte of 0 selects the framing, which plain Protobuf does not know.
    if (bytes[0] != 0)
      check_same_as_protobuf(bytes);
  }
}

BOOST_AUTO_TEST_CASE(sub_messages_that_come_in_pieces_are_merged) {
  v1::Event second;
  second.mutable_recorded_at()->set_utc_offset_minutes(60);
  second.mutable_questionnaire_response()->set_visit("WEEK 2");
  second.mutable_questionnaire_response()->add_answers()->set_link_id("PHQ0110");
  const auto bytes = sample_form().SerializeAsString() + second.SerializeAsString();
  check_same_as_protobuf(bytes);
  const decoded ours(bytes);
  const auto& form = std::get<questionnaire_response_view>(ours.event.body);
  BOOST_TEST(form.answers.size() == 10u);
  v1::QuestionnaireResponse merged;
  BOOST_TEST(merged.ParseFromArray(ours.event.body_bytes.data(),
                                   static_cast<int>(ours.event.body_bytes.size())));
  BOOST_TEST(merged.answers_size() == 10);
  BOOST_TEST(merged.visit() == "WEEK 2");
}

BOOST_AUTO_TEST_CASE(a_body_in_many_pieces_takes_memory_once) {
  // 250,000 pieces of two bytes: joined piece by piece they would take tens of gigabytes.
  std::string bytes = sample_adverse_event().SerializeAsString();
  while (bytes.size() < 500'000)
    bytes += std::string("\x82\x01\x00", 3); // an empty adverse_event
  struct counting_resource : std::pmr::memory_resource {
    std::size_t bytes = 0;
    void* do_allocate(std::size_t size, std::size_t alignment) override {
      bytes += size;
      return std::pmr::new_delete_resource()->allocate(size, alignment);
    }
    void do_deallocate(void* place, std::size_t size, std::size_t alignment) override {
      std::pmr::new_delete_resource()->deallocate(place, size, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
      return this == &other;
    }
  } counter;
  std::pmr::monotonic_buffer_resource arena(&counter);
  event_view event;
  codec::event_decoder decoder({});
  BOOST_TEST(
      (decoder.decode(bytes, std::span<const header_view>{}, arena, event) == rejection::none));
  BOOST_TEST(counter.bytes < 2 * bytes.size());
  BOOST_TEST(std::get<adverse_event_view>(event.body)[ae::aeterm] == "HEADACHE");
  check_same_as_protobuf(bytes);
}

BOOST_AUTO_TEST_CASE(a_later_member_of_the_oneof_clears_the_earlier_one) {
  const auto form = sample_form().SerializeAsString();
  const auto adverse = sample_adverse_event().SerializeAsString();
  check_same_as_protobuf(form + adverse);
  check_same_as_protobuf(form + adverse + form);
  const decoded ours(form + adverse + form);
  BOOST_TEST(std::get<questionnaire_response_view>(ours.event.body).answers.size() == 9u);
}

BOOST_AUTO_TEST_CASE(unknown_enum_numbers_survive) {
  auto event = sample_adverse_event();
  event.mutable_adverse_event()->set_report_kind(static_cast<v1::ReportKind>(77));
  const auto bytes = event.SerializeAsString();
  BOOST_TEST(std::get<adverse_event_view>(decoded(bytes).event.body).kind == 77);
}

BOOST_AUTO_TEST_CASE(an_origin_is_read_and_one_that_nobody_knows_is_new) {
  auto event = sample_adverse_event();
  const auto origin_of = [&event](int number) {
    event.set_origin(static_cast<v1::Origin>(number));
    const auto bytes = event.SerializeAsString();
    return decoded(bytes).event.origin;
  };
  BOOST_TEST((origin_of(0) == event_origin::present));
  BOOST_TEST((origin_of(1) == event_origin::history));
  BOOST_TEST((origin_of(2) == event_origin::history_with_alerts));
  BOOST_TEST((origin_of(3) == event_origin::present));
  BOOST_TEST((origin_of(-1) == event_origin::present));
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_skipped_and_nesting_is_limited) {
  const auto good = sample_adverse_event().SerializeAsString();
  const auto groups = [](int depth) {
    std::string bytes(static_cast<std::size_t>(depth), '\x7b');   // start of group 15
    return bytes.append(static_cast<std::size_t>(depth), '\x7c'); // its end
  };
  BOOST_TEST((decoded(good + groups(100)).reason == rejection::none));
  BOOST_TEST((decoded(good + groups(101)).reason == rejection::undecodable));
  for (const int depth : {99, 100, 101, 102, 5000})
    check_same_as_protobuf(good + groups(depth));
  check_same_as_protobuf(good + "\x7b\x74");                                 // ends another group
  check_same_as_protobuf(good + std::string("\xf8\xff\xff\xff\x0f\x01", 6)); // largest field number
}

BOOST_AUTO_TEST_CASE(invalid_utf8_is_decoded) {
  auto bytes = sample_adverse_event().SerializeAsString();
  bytes[bytes.find("HEAD")] = '\xff';
  const decoded ours(bytes);
  BOOST_TEST((ours.reason == rejection::none));
  BOOST_TEST(std::get<adverse_event_view>(ours.event.body)[ae::aeterm] == "\xff"
                                                                          "EADACHE");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decoded_has_its_reason) {
  BOOST_TEST((decoded(std::nullopt).reason == rejection::empty_value));
  BOOST_TEST((decoded("").reason == rejection::empty_value));
  BOOST_TEST((decoded("\xff\xff").reason == rejection::undecodable));
  BOOST_TEST((decoded("\x0a\x01x").reason == rejection::body_missing));
  BOOST_TEST((decoded("123456", {}, {.value_bytes_max = 5}).reason == rejection::too_large));
  BOOST_TEST(
      (decoded("x", {{"content-type", "text/plain"}}).reason == rejection::unknown_content_type));
  BOOST_TEST((decoded("\xff\xff").event.kind == event_kind::none));
}

BOOST_AUTO_TEST_CASE(answers_above_the_limit_are_not_kept) {
  const auto bytes = sample_form().SerializeAsString();
  const decoded at_limit(bytes, {}, {.answers_max = 9});
  BOOST_TEST((at_limit.reason == rejection::none));
  const decoded above(bytes, {}, {.answers_max = 8});
  BOOST_TEST((above.reason == rejection::too_many_answers));
  BOOST_TEST(std::get<questionnaire_response_view>(above.event.body).answers.size() == 8u);
}

BOOST_AUTO_TEST_CASE(confluent_framing_is_taken_off) {
  const auto event = sample_adverse_event().SerializeAsString();
  const std::string magic("\0\0\0\1\2", 5);
  for (const auto& indexes : {std::string("\0", 1), std::string("\2\0", 2)}) {
    const auto value = magic + indexes + event;
    const decoded ours(value);
    BOOST_TEST((ours.reason == rejection::none));
    BOOST_TEST(ours.event.event_bytes == event);
  }
  for (const auto& indexes : {std::string("\2\2", 2), std::string("\4\0\0", 3), std::string("\2"),
                              std::string("\1"), std::string("\xff\xff")})
    BOOST_TEST((decoded(magic + indexes + event).reason == rejection::undecodable));
  for (std::size_t size = 1; size <= magic.size(); ++size)
    BOOST_TEST((decoded(magic.substr(0, size)).reason == rejection::undecodable));
  BOOST_TEST((decoded(magic + std::string("\0", 1)).reason == rejection::body_missing));
}

BOOST_AUTO_TEST_CASE(the_content_type_is_read_leniently_and_the_last_one_counts) {
  const auto bytes = sample_adverse_event().SerializeAsString();
  for (const auto* type : {"application/x-protobuf", "Application/Protobuf; messageType=x",
                           " application/vnd.google.protobuf ;v=1", ""})
    BOOST_TEST((decoded(bytes, {{"Content-Type", type}}).reason == rejection::none));
  BOOST_TEST((decoded(bytes, {{"content-type", {}, true}}).reason == rejection::none));
  BOOST_TEST(
      (decoded(bytes, {{"content-type", "text/plain"}, {"content-type", "application/protobuf"}})
           .reason == rejection::none));
  BOOST_TEST((decoded(bytes, {{"content-type", "application/jsonx"}}).reason ==
              rejection::unknown_content_type));
}

BOOST_AUTO_TEST_CASE(json_gives_the_same_event_as_protobuf) {
  const std::string json = R"({"eventId":"e-1","study":"S1","site":"01","subject":"S1-001",
    "adverse_event":{"aeterm":"HEADACHE","reportVersion":3,"awarenessDtc":"2025-01-01"},
    "somethingNew":[1,{"a":null}]})";
  const decoded ours(json, {{"content-type", "application/json; charset=utf-8"}});
  BOOST_TEST((ours.reason == rejection::none));
  BOOST_TEST(ours.event.event_bytes == sample_adverse_event().SerializeAsString());
  BOOST_TEST(std::get<adverse_event_view>(ours.event.body)[ae::aeterm] == "HEADACHE");
}

BOOST_AUTO_TEST_CASE(what_is_not_json_of_an_event_is_undecodable) {
  for (const std::string json :
       {"{", "[]", "{\"eventId\":{}}", "nul", "\xff", R"({"adverseEvent":{"reportVersion":-1}})"})
    BOOST_TEST(
        (decoded(json, {{"content-type", "application/json"}}).reason == rejection::undecodable),
        json);
  BOOST_TEST(
      (decoded("{}", {{"content-type", "application/json"}}).reason == rejection::body_missing));
}

BOOST_AUTO_TEST_SUITE_END()
