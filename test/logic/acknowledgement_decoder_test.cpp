#include "messages/codec/acknowledgement_decoder.hpp"

#include "aepro/v1/acknowledgement.pb.h"

#include <boost/test/unit_test.hpp>

using namespace aepro::codec;

BOOST_AUTO_TEST_SUITE(acknowledgement_decoder)

namespace {

const std::string key(32, 'a');

std::string trouble(std::string_view value) {
  const auto read = read_acknowledgement(value);
  const auto* why = std::get_if<std::string>(&read);
  return why == nullptr ? "" : *why;
}

acknowledgement good(std::string_view value) {
  auto read = read_acknowledgement(value);
  BOOST_REQUIRE_MESSAGE(read.index() == 0, trouble(value));
  return std::get<acknowledgement>(std::move(read));
}

std::string in_protobuf(std::int64_t id, const std::string& key, const std::string& by,
                        const std::string& reason) {
  aepro::v1::Acknowledgement made;
  made.set_id(id);
  made.set_key(key);
  made.set_by(by);
  made.set_reason(reason);
  return made.SerializeAsString();
}

std::string in_json(const std::string& members) {
  return R"({"by": "triage", "reason": "seen")" + (members.empty() ? "" : ", " + members) + "}";
}

} // namespace

BOOST_AUTO_TEST_CASE(protobuf_framed_protobuf_and_json_say_the_same) {
  const auto bare = in_protobuf(4711, key, "triage", "seen");
  for (const auto& value : {bare, std::string("\0\0\0\0\7\0", 6) + bare,
                            in_json(R"("id": 4711, "key": ")" + key + "\""),
                            " \n" + in_json(R"("id": "4711", "key": ")" + key + "\"")}) {
    const auto read = good(value);
    BOOST_TEST(read.id == 4711);
    BOOST_TEST(read.key == key);
    BOOST_TEST(read.by == "triage");
    BOOST_TEST(read.reason == "seen");
  }
}

BOOST_AUTO_TEST_CASE(id_or_key_is_enough_and_what_is_not_known_is_passed_over) {
  BOOST_TEST(good(in_json(R"("id": 1, "more": {"a": [1, 2]})")).key == "");
  BOOST_TEST(good(in_json(R"("key": "ABCDEF0123456789abcdef0123456789")")).key ==
             "abcdef0123456789abcdef0123456789");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_taken_is_refused_with_words_that_quote_nothing) {
  BOOST_TEST(trouble("") == "has no value");
  BOOST_TEST(trouble(std::string(20'000, 'x')) == "has more than 16 KiB");
  for (const auto* broken : {"{", "{\"id\": \"x\"}", "{\"by\": 7}", " { } x"})
    BOOST_TEST(trouble(broken) == "is no JSON of an Acknowledgement", broken);
  for (const auto& broken : {std::string("seen"), std::string("[]"), std::string(1, '\0'),
                             std::string("\x08"), std::string(" ")})
    BOOST_TEST(trouble(broken) == "is no Protobuf of an Acknowledgement");
  BOOST_TEST(trouble(in_json("")) == "names no alert: id or key is needed");
  BOOST_TEST(trouble(in_json("\"id\": -1")) == "names no alert: id or key is needed");
  for (const auto* wrong :
       {"abc", "zz345678901234567890123456789012", "0123456789abcdef0123456789abcdef0"})
    BOOST_TEST(trouble(in_json("\"key\": \"" + std::string(wrong) + "\"")) ==
                   "has a key that is not 32 hexadecimal digits",
               wrong);
  BOOST_TEST(trouble(in_protobuf(1, "", " \n", "x")) ==
             "says nobody in `by`, or more than 200 bytes");
  BOOST_TEST(trouble(in_protobuf(1, "", std::string(200, 'x'), "x")) == "");
  BOOST_TEST(trouble(in_protobuf(1, "", std::string(201, 'x'), "x")) ==
             "says nobody in `by`, or more than 200 bytes");
  BOOST_TEST(trouble(in_protobuf(1, "", "x", "")) ==
             "gives no reason, or one of more than 2000 bytes");
  BOOST_TEST(trouble(in_protobuf(1, "", "x", std::string(2000, 'x'))) == "");
  BOOST_TEST(trouble(in_protobuf(1, "", "x", std::string(2001, 'x'))) ==
             "gives no reason, or one of more than 2000 bytes");
}

BOOST_AUTO_TEST_SUITE_END()
