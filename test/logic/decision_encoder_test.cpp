#include "actors/validation/decision_encoder.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(decision_encoder)

namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const unsigned char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string encoded(const decision& value, std::uint32_t rules = 1) {
  std::pmr::monotonic_buffer_resource memory;
  return std::string(encode_decision(value, rules, memory));
}

} // namespace

BOOST_AUTO_TEST_CASE(an_empty_decision_has_its_golden_bytes) {
  BOOST_TEST(hex(encoded({})) == "01"
                                 "00000001"
                                 "00"
                                 "00"
                                 "00000000"
                                 "0000"
                                 "00"
                                 "00");
}

BOOST_AUTO_TEST_CASE(a_full_decision_has_its_golden_bytes) {
  const decision value{
      .rejection = rejection::term_missing,
      .serious = true,
      .subject_known = true,
      .context_version = 0x01020304,
      .findings = {{.rule = 0x0102, .variable = "AESER", .detail = "N"},
                   {.rule = 3, .variable = "", .detail = ""}},
      .scores = {{.scale = "PHQ-9", .value = 10.5, .band = "moderate", .algorithm = "phq9/1"}},
      .alerts = {{.rule = "x", .urgency = urgency::immediate}},
      .encoded = {}};
  BOOST_TEST(hex(encoded(value, 0xa0b0c0d0)) == "01"
                                                "a0b0c0d0"
                                                "09"
                                                "03"
                                                "01020304"
                                                "0002"
                                                "0102"
                                                "05"
                                                "4145534552"
                                                "0001"
                                                "4e"
                                                "0003"
                                                "00"
                                                "0000"
                                                "01"
                                                "05"
                                                "5048512d39"
                                                "4025000000000000"
                                                "08"
                                                "6d6f646572617465"
                                                "06"
                                                "706871392f31"
                                                "01"
                                                "01"
                                                "78"
                                                "03");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_its_length_field_is_cut_there) {
  const std::string longest(70'000, 'x');
  decision value;
  value.findings.push_back({.rule = 1, .variable = longest, .detail = longest});
  BOOST_TEST(encoded(value).size() == 13u + 2 + 1 + 255 + 2 + 65'535 + 2);
}

BOOST_AUTO_TEST_SUITE_END()
