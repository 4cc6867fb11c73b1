#include "actors/acknowledge/alert_link.hpp"
#include "actors/acknowledge/base64url.hpp"
#include "actors/acknowledge/minute_gate.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(alert_links)

namespace {

const std::vector<std::string> keys{"first key, of more than 32 letters",
                                    "second key, of more than 32 letters"};

alert_link some_link() {
  return {4711, "0123456789abcdef", 3, 1'764'417'600'000, "Dr. Wang", "mail", false};
}

std::string drawn_text(std::mt19937& random, std::size_t bytes_max) {
  std::string text(random() % (bytes_max + 1), ' ');
  for (auto& byte : text)
    byte = static_cast<char>(random() % 256);
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(bytes_survive_their_letters_and_letters_stand_for_one_text_only) {
  BOOST_TEST(to_base64url("") == "");
  BOOST_TEST(to_base64url("f") == "Zg");
  BOOST_TEST(to_base64url("fo") == "Zm8");
  BOOST_TEST(to_base64url("foobar") == "Zm9vYmFy"); // RFC 4648, section 10.
  BOOST_TEST(to_base64url("\xfb\xff") == "-_8");
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const auto bytes = drawn_text(random, 40);
    BOOST_REQUIRE((from_base64url(to_base64url(bytes)) == bytes));
  }
  for (const auto* wrong :
       {"Z", "Zh", "Zg=", "Zg==", "Zm9", "Z g", "Zm+8", "Zm/8", "Zm8A\n", "\xc3\xa9"})
    BOOST_TEST(!from_base64url(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(what_a_link_says_survives_its_token_whatever_it_is) {
  std::mt19937_64 random(2);
  std::mt19937 letters(3);
  for (int i = 0; i < 2'000; ++i) {
    const alert_link link{static_cast<std::int64_t>(random()),
                          drawn_text(letters, 16),
                          static_cast<std::int64_t>(random() % 1'000'000),
                          static_cast<std::int64_t>(random() % 10'000'000'000) * 1000,
                          drawn_text(letters, 100),
                          drawn_text(letters, 100),
                          random() % 2 == 0};
    const auto token = sign(link, keys[0]);
    BOOST_REQUIRE(token.size() <= token_letters_max);
    BOOST_REQUIRE((verify(token, keys) == link));
  }
}

BOOST_AUTO_TEST_CASE(each_field_of_a_link_is_signed) {
  const auto token = sign(some_link(), keys[0]);
  for (const auto change :
       {+[](alert_link& link) { ++link.notification_id; },
        +[](alert_link& link) { link.key_part[3] = 'f'; }, +[](alert_link& link) { ++link.round; },
        +[](alert_link& link) { link.expires_at += 1000; },
        +[](alert_link& link) { link.recipient += "x"; },
        +[](alert_link& link) { link.channel = "sms"; },
        +[](alert_link& link) { link.shared = true; }}) {
    auto other = some_link();
    change(other);
    const auto signed_other = from_base64url(sign(other, keys[0])).value();
    const auto ours = from_base64url(token).value();
    BOOST_TEST(signed_other.substr(signed_other.size() - 16) != ours.substr(ours.size() - 16));
    // The other's words under our signature.
    const auto forged =
        signed_other.substr(0, signed_other.size() - 16) + ours.substr(ours.size() - 16);
    BOOST_TEST(!verify(to_base64url(forged), keys).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_token_with_any_bit_or_letter_changed_is_none) {
  const auto token = sign(some_link(), keys[0]);
  const auto bytes = from_base64url(token).value();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    BOOST_REQUIRE_MESSAGE(!verify(to_base64url(changed), keys), "bit " << bit);
  }
  for (std::size_t at = 0; at < token.size(); ++at)
    for (const char letter : {'A', 'z', '_', '=', ' ', '%'})
      if (token[at] != letter) {
        auto changed = token;
        changed[at] = letter;
        BOOST_REQUIRE_MESSAGE(!verify(changed, keys), "letter " << at);
      }
}

BOOST_AUTO_TEST_CASE(a_token_cut_short_or_with_more_behind_it_is_none) {
  const auto token = sign(some_link(), keys[0]);
  for (std::size_t size = 0; size < token.size(); ++size)
    BOOST_REQUIRE(!verify(token.substr(0, size), keys));
  for (const auto* more : {"A", "AAAA", ".", "/", "="})
    BOOST_TEST(!verify(token + more, keys).has_value(), more);
  BOOST_TEST(!verify(std::string(1'000'000, 'A'), keys).has_value());
  BOOST_TEST(!verify("", keys).has_value());
  auto drawn = std::mt19937(4);
  for (int i = 0; i < 2'000; ++i)
    BOOST_REQUIRE(!verify(to_base64url(drawn_text(drawn, 150)), keys));
}

BOOST_AUTO_TEST_CASE(the_first_key_signs_all_verify_and_one_that_is_gone_does_not) {
  const link_options before{"https://a.example", {keys[0]}, 1h},
      after{"https://a.example", {keys[1], keys[0]}, 1h};
  const auto token_of = [](const std::string& link) { return link.substr(link.rfind('/') + 1); };
  const auto old = token_of(link_text(some_link(), before)),
             fresh = token_of(link_text(some_link(), after));
  BOOST_TEST(old != fresh);
  BOOST_TEST(verify(old, after.keys).has_value());
  BOOST_TEST(verify(fresh, after.keys).has_value());
  BOOST_TEST(!verify(fresh, before.keys).has_value());
  BOOST_TEST(!verify(old, std::vector{keys[1]}).has_value());
  BOOST_TEST(!verify(old, {}).has_value());
  BOOST_TEST(!verify(sign(some_link(), ""), keys).has_value());
}

BOOST_AUTO_TEST_CASE(a_link_begins_with_the_public_address_and_needs_a_key) {
  for (const auto* url : {"https://a.example/x", "https://a.example/x/", "https://a.example/x//"})
    BOOST_TEST(link_text(some_link(), {url, keys, 1h}).starts_with("https://a.example/x/a/"), url);
  BOOST_TEST(link_text(some_link(), {"", keys, 1h}) == "");
  BOOST_TEST(link_text(some_link(), {"https://a.example", {}, 1h}) == "");
}

BOOST_AUTO_TEST_CASE(a_link_is_of_its_notification_alone_also_where_a_number_is_given_again) {
  notification what;
  what.id = 7;
  what.key = "00112233445566778899aabbccddeeff";
  what.round = 2;
  const auto link = link_to(what, std::string(300, 'x') + "\r\n", "mail", true, 1'999);
  BOOST_TEST(is_of(link, what));
  BOOST_TEST(link.expires_at == 1'000);
  BOOST_TEST(link.round == 2);
  BOOST_TEST(link.recipient.size() == 100U);
  BOOST_TEST(verify(sign(link, keys[0]), keys).has_value());
  auto other = what;
  other.key = "ff112233445566778899aabbccddeeff";
  BOOST_TEST(!is_of(link, other));
  other = what;
  other.id = 8;
  BOOST_TEST(!is_of(link, other));
}

BOOST_AUTO_TEST_CASE(a_gate_admits_so_many_a_minute_of_each_name_and_so_many_names) {
  minute_gate gate(2, 3);
  const minute_gate::time_point now{100h};
  BOOST_TEST(gate.admit("a", now));
  BOOST_TEST(gate.admit("a", now + 59s));
  BOOST_TEST(!gate.admit("a", now + 59s));
  BOOST_TEST(gate.admit("b", now + 59s));
  BOOST_TEST(gate.admit("c", now + 59s));
  BOOST_TEST(!gate.admit("d", now + 59s));
  BOOST_TEST(gate.admit("b", now + 59s)); // Known already.
  BOOST_TEST(gate.admit("a", now + 60s));
  BOOST_TEST(gate.admit("d", now + 60s));
}

BOOST_AUTO_TEST_SUITE_END()
