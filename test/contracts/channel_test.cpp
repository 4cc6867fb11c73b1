#include "support/contracts/channel_fixture.hpp"
#include "support/real_kafka.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(channel_contract)

namespace {

using enum channel_kind;
constexpr channel_kind all_kinds[] = {smtp, webhook, kafka, log};
constexpr channel_kind remote_kinds[] = {smtp, webhook, kafka};

std::vector<channel_message> messages(const channel_under_test& under, std::size_t count) {
  std::vector<channel_message> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({"key" + std::to_string(i),
                   under.recipient(),
                   "subject " + std::to_string(i),
                   "text\n",
                   "",
                   {{"study", "S1"}, {"subject", "S1-101"}, {"id", std::to_string(i)}}});
  return all;
}

void require_delivered(const std::vector<channel_outcome>& outcomes, std::size_t count) {
  BOOST_REQUIRE(outcomes.size() == count);
  for (const auto& outcome : outcomes) {
    BOOST_REQUIRE_MESSAGE((outcome.result == attempt_result::delivered), outcome.detail);
    BOOST_TEST(!outcome.receipt.empty());
    BOOST_TEST(outcome.detail.empty());
  }
}

} // namespace

BOOST_DATA_TEST_CASE(a_message_comes_out_whole_at_the_other_side, remote_kinds, kind) {
  const auto under = make_channel_under_test(kind);
  if (!under)
    return;
  auto sent = messages(*under, 1);
  sent[0].subject =
      "受试者 S1-101：严重不良事件 😀 \"quoted\" <b> & {{rule}} " + std::string(200, 'x');
  sent[0].text = "中文 😀 𠜎 é\n.\n..leading dots\n" + std::string(5000, 'y') +
                 "\nFrom here\n{{title}} \\ \"\n\nlast";
  require_delivered(under->it().deliver(sent, 20s), 1);
  const auto received = under->received(1);
  BOOST_REQUIRE(received.size() == 1U);
  BOOST_TEST(received[0].key == sent[0].key);
  BOOST_TEST(received[0].subject == sent[0].subject);
  BOOST_TEST(received[0].text == sent[0].text);
}

BOOST_DATA_TEST_CASE(a_hundred_messages_arrive_once_each_over_one_connection, all_kinds, kind) {
  const auto under = make_channel_under_test(kind);
  if (!under)
    return;
  const auto sent = messages(*under, 100);
  require_delivered(under->it().deliver(sent, 60s), 100);
  std::map<std::string, int> times;
  for (const auto& received : under->received(100))
    ++times[received.key];
  BOOST_TEST(times.size() == 100U);
  for (const auto& message : sent)
    BOOST_TEST(times[message.key] == 1, message.key);
  BOOST_TEST(under->connections() <= 1U);
}

BOOST_DATA_TEST_CASE(a_second_call_uses_the_same_connection, remote_kinds, kind) {
  const auto under = make_channel_under_test(kind);
  if (!under)
    return;
  require_delivered(under->it().deliver(messages(*under, 2), 20s), 2);
  require_delivered(under->it().deliver(messages(*under, 2), 20s), 2);
  BOOST_TEST(under->received(4).size() == 4U);
  BOOST_TEST(under->connections() <= 1U);
}

BOOST_DATA_TEST_CASE(an_other_side_that_is_away_fails_in_time_and_is_used_again, remote_kinds,
                     kind) {
  const auto under = make_channel_under_test(kind);
  if (!under)
    return;
  under->kill();
  const auto sent = messages(*under, 3);
  const auto start = std::chrono::steady_clock::now();
  const auto failed = under->it().deliver(sent, 2s);
  BOOST_TEST((std::chrono::steady_clock::now() - start < 10s)); // Two seconds, on a busy machine.
  BOOST_REQUIRE(failed.size() == 3U);
  for (const auto& outcome : failed) {
    BOOST_TEST((outcome.result == attempt_result::failed));
    BOOST_TEST(!outcome.detail.empty());
    BOOST_TEST(outcome.detail.size() <= 500U);
    BOOST_TEST(outcome.detail.find('\n') == std::string::npos);
  }
  under->revive();
  require_delivered(under->it().deliver(sent, 20s), 3);
  BOOST_TEST(under->received(3).size() == 3U);
}

BOOST_DATA_TEST_CASE(no_message_and_no_time_are_no_trouble, all_kinds, kind) {
  const auto under = make_channel_under_test(kind);
  if (!under)
    return;
  BOOST_TEST(under->it().deliver({}, 1s).empty());
  const auto sent = messages(*under, 2);
  BOOST_TEST(under->it().deliver(sent, 0ms).size() == 2U);
  require_delivered(under->it().deliver(sent, 20s), 2);
}

BOOST_DATA_TEST_CASE(bytes_that_are_no_text_do_not_keep_a_message_back, remote_kinds, kind) {
  const auto under = make_channel_under_test(kind);
  if (!under)
    return;
  auto sent = messages(*under, 1);
  sent[0].subject = "a\xff"
                    "b";
  sent[0].text = "\xc3(\n";
  require_delivered(under->it().deliver(sent, 20s), 1);
  const auto received = under->received(1);
  BOOST_REQUIRE(received.size() == 1U);
  BOOST_TEST(received[0].subject == "a\xef\xbf\xbd"
                                    "b");
  BOOST_TEST(received[0].text == "\xef\xbf\xbd(\n");
}

BOOST_AUTO_TEST_SUITE_END()
