#include "actors/notifier/address_reach.hpp"
#include "actors/notifier/webhook_answer.hpp"
#include "actors/notifier/webhook_signature.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>

#include <vector>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(webhook_rules)

namespace {

constexpr std::chrono::sys_seconds now =
    std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s;

bool is_public(const std::string& text) {
  std::vector<std::uint8_t> bytes(text.find(':') == text.npos ? 4 : 16);
  BOOST_REQUIRE_MESSAGE(
      inet_pton(bytes.size() == 4 ? AF_INET : AF_INET6, text.c_str(), bytes.data()) == 1, text);
  return is_public_address(bytes);
}

channel_outcome answered(long status, std::string body = "",
                         answer_form form = answer_form::status) {
  return outcome_of({status, "", "", std::move(body)}, form, "s3cret", now);
}

} // namespace

BOOST_AUTO_TEST_CASE(addresses_of_our_own_network_are_not_public) {
  for (const auto* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.255",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::10.0.0.1",
                              "64:ff9b::a00:1",
                              "64:ff9b:1::808:808",
                              "2002:a00:1::1",
                              "2001::1",
                              "2001:db8::1",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "100::1"})
    BOOST_TEST(!is_public(address), address);
}

BOOST_AUTO_TEST_CASE(addresses_beside_closed_networks_are_public) {
  for (const auto* address :
       {"1.1.1.1",        "9.255.255.255",    "11.0.0.0",        "100.63.255.255",
        "100.128.0.0",    "126.255.255.255",  "128.0.0.0",       "169.253.255.255",
        "169.255.0.0",    "172.15.255.255",   "172.32.0.0",      "192.167.255.255",
        "192.169.0.0",    "198.17.255.255",   "198.20.0.0",      "223.255.255.255",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700::1111",
        "2a00::1",        "fbff::1",          "fe00::1"})
    BOOST_TEST(is_public(address), address);
  BOOST_TEST(!is_public_address(std::vector<std::uint8_t>{}));
  BOOST_TEST(!is_public_address(std::vector<std::uint8_t>(5, 8)));
}

BOOST_AUTO_TEST_CASE(the_signature_is_the_published_one) {
  // RFC 4231, test cases 1, 2 and 6.
  BOOST_TEST(hmac_sha256(std::string(20, '\x0b'), "Hi There") ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(hmac_sha256("Jefe", "what do ya want for nothing?") ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(hmac_sha256(std::string(131, '\xaa'),
                         "Test Using Larger Than Block-Size Key - Hash Key First") ==
             "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  BOOST_TEST(webhook_signature("Jefe", now, "body") ==
             "t=784111777,v1=" + hmac_sha256("Jefe", "784111777.body"));
}

BOOST_AUTO_TEST_CASE(the_receivers_wish_to_wait_is_read_and_limited) {
  BOOST_TEST((wait_of("120", now) == 120s));
  BOOST_TEST((wait_of(" 0 ", now) == 0s));
  BOOST_TEST((wait_of("86400", now) == 1h));
  BOOST_TEST((wait_of("99999999999999999999999999", now) == 1h));
  BOOST_TEST((wait_of("Sun, 06 Nov 1994 08:50:37 GMT", now) == 60s));
  BOOST_TEST((wait_of("Sun, 06 Nov 1994 08:00:00 GMT", now) == 0s));
  BOOST_TEST((wait_of("Sun, 06 Nov 1999 08:00:00 GMT", now) == 1h));
  for (const auto* nonsense :
       {"", "soon", "-5", "1.5", "Sun, 06 Nov 1994 08:50:37", "Sun, 31 Feb 1995 08:50:37 GMT",
        "Sun, 06 ovD 1994 08:50:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"})
    BOOST_TEST((wait_of(nonsense, now) == 0s), nonsense);
}

BOOST_AUTO_TEST_CASE(the_status_decides_whether_to_try_again) {
  for (const long status : {200, 201, 202, 204, 299})
    BOOST_TEST((answered(status).result == attempt_result::delivered), status);
  for (const long status : {301, 302, 307, 308, 408, 425, 429, 500, 502, 503, 504})
    BOOST_TEST((answered(status).result == attempt_result::failed), status);
  for (const long status : {400, 401, 403, 404, 410, 413, 422})
    BOOST_TEST((answered(status).result == attempt_result::refused), status);
  BOOST_TEST(answered(302).detail.find("redirects are not followed") != std::string::npos);
  const auto busy = outcome_of({429, "30", "", "slow down"}, answer_form::status, "", now);
  BOOST_TEST((busy.retry_after == 30s));
  BOOST_TEST(busy.detail == "HTTP 429 slow down");
  BOOST_TEST((outcome_of({404, "30", "", ""}, answer_form::status, "", now).retry_after == 0s));
}

BOOST_AUTO_TEST_CASE(the_receipt_is_the_request_id_or_the_answers_beginning) {
  BOOST_TEST(outcome_of({202, "", "req-1", "ok"}, answer_form::status, "", now).receipt ==
             "HTTP 202 req-1");
  BOOST_TEST(answered(200, "ok\n").receipt == "HTTP 200 ok");
  BOOST_TEST(answered(204).receipt == "HTTP 204");
  BOOST_TEST(answered(200, std::string(5000, 'x')).receipt.size() < 400U);
}

BOOST_AUTO_TEST_CASE(a_secret_that_comes_back_is_not_kept) {
  for (const long status : {200, 400, 500}) {
    const auto outcome = answered(status, "you sent s3cret and s3cret");
    BOOST_TEST((outcome.receipt + outcome.detail).find("s3cret") == std::string::npos, status);
    BOOST_TEST((outcome.receipt + outcome.detail).find("you sent *** and ***") != std::string::npos,
               status);
  }
}

BOOST_AUTO_TEST_CASE(wecom_says_in_the_body_whether_it_took_the_message) {
  const auto wecom = [](std::string body) {
    return answered(200, std::move(body), answer_form::wecom_errcode);
  };
  BOOST_TEST((wecom(R"({"errcode": 0, "errmsg": "ok"})").result == attempt_result::delivered));
  BOOST_TEST((wecom(R"({"errcode": 93000, "errmsg": "invalid webhook url"})").result ==
              attempt_result::refused));
  const auto busy = wecom(R"({"errcode": 45009, "errmsg": "api freq out of limit"})");
  BOOST_TEST((busy.result == attempt_result::failed));
  BOOST_TEST((busy.retry_after == 1min));
  for (const auto* nonsense : {"", "ok", "{}", "[]", R"({"errcode": "0"})", R"({"errcode": -1})"})
    BOOST_TEST((wecom(nonsense).result == attempt_result::failed), nonsense);
}

BOOST_AUTO_TEST_SUITE_END()
