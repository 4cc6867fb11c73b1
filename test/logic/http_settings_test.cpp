#include "config/http_check.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(http_settings_file)

namespace {

const std::string good_key(32, 'k');

/// A good section, with `changes` instead.
std::string problems_with(std::map<std::string, std::string> changes,
                          std::string key_file = good_key + "\n") {
  std::map<std::string, std::string> values{{"listen", "127.0.0.1:8443"},
                                            {"public_url", "https://alerts.example/aepro"},
                                            {"link_key_file", "link-key"}};
  for (auto& [name, value] : changes)
    values[name] = value;
  setting_sources sources;
  sources.file_name = "aepro.yaml";
  sources.file_text = "http:\n";
  for (const auto& [name, value] : values)
    sources.file_text += "  " + name + ": \"" + value + "\"\n";
  sources.read_file = [&](const std::string& path) -> std::optional<std::string> {
    return path == "link-key" ? key_file : path == "pem" ? "PEM" : std::optional<std::string>();
  };
  const auto loaded = load_settings(sources);
  std::string all;
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded))
    for (const auto& one : *problems)
      all += to_string(one) + "\n";
  return all;
}

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE(text);
  return found;
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_is_served_unless_the_settings_say_so) {
  const settings values;
  BOOST_TEST(values.http.listen == "");
  BOOST_TEST(values.topics.acknowledgements == "");
  BOOST_TEST(find_impossible_combinations(values).empty());
}

BOOST_AUTO_TEST_CASE(a_good_section_is_taken) {
  BOOST_TEST(problems_with({}) == "");
  BOOST_TEST(problems_with({{"listen", "[::1]:0"}}) == "");
  BOOST_TEST(problems_with({{"listen", ""}}) == ""); // Another node serves the links of this one.
  BOOST_TEST(problems_with({{"listen", ""}, {"public_url", ""}, {"link_key_file", ""}}) == "");
  BOOST_TEST(problems_with(
                 {{"listen", "0.0.0.0:443"}, {"certificate_file", "pem"}, {"key_file", "pem"}}) ==
             "");
  BOOST_TEST(problems_with({{"listen", "0.0.0.0:80"}, {"plain", "true"}}) == "");
}

BOOST_AUTO_TEST_CASE(links_need_a_key_that_cannot_be_guessed) {
  BOOST_TEST(
      has(problems_with({{"link_key_file", ""}}), "aepro.yaml:2: http.link_key_file: is missing"));
  BOOST_TEST(has(problems_with({{"link_key_file", "none"}}), "no readable secret file none"));
  BOOST_TEST(has(problems_with({}, std::string(31, 'k')), "fewer than 32 letters"));
  BOOST_TEST(has(problems_with({}, good_key + "\nshort\n"), "fewer than 32 letters"));
  BOOST_TEST(problems_with({}, good_key + "\r\n\n  " + good_key + "2 \n") == "");
  std::string nine;
  for (int i = 0; i < 9; ++i)
    nine += good_key + "\n";
  BOOST_TEST(has(problems_with({}, nine), "9 lines; 8 secrets at most"));
}

BOOST_AUTO_TEST_CASE(a_key_file_has_a_secret_in_each_line) {
  const auto keys = link_keys_of(" a \r\n\nb\nc");
  BOOST_TEST(keys == (std::vector<std::string>{"a", "b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(link_keys_of("\n \n").empty());
}

BOOST_AUTO_TEST_CASE(what_links_begin_with_is_an_address_in_plain_letters) {
  BOOST_TEST(has(problems_with({{"public_url", ""}}), "http.public_url: is missing"));
  for (const auto* wrong : {"alerts.example", "ftp://a.example", "https://", "https:///x",
                            "https://a.example/?x=1", "https://a.example/#x", "https://a b.example",
                            "https://a.example/<b>", "https://\u00e9.example"})
    BOOST_TEST(has(problems_with({{"public_url", wrong}}), "is not https://HOST"), wrong);
  BOOST_TEST(has(problems_with({{"public_url", "https://a.example/" + std::string(200, 'x')}}),
                 "200 letters at most"));
}

BOOST_AUTO_TEST_CASE(links_do_not_travel_in_the_clear_unless_somebody_wants_it) {
  BOOST_TEST(has(problems_with({{"public_url", "http://alerts.example"}}), "in the clear"));
  BOOST_TEST(problems_with({{"public_url", "http://alerts.example"}, {"plain", "true"}}) == "");
  for (const auto* local :
       {"http://localhost", "http://localhost:80", "http://127.0.0.1:80/x", "http://[::1]:80"})
    BOOST_TEST(problems_with({{"public_url", local}}) == "", local);
  for (const auto* open : {"0.0.0.0:80", "192.0.2.1:80", "[::]:80", "alerts.example:80"})
    BOOST_TEST(has(problems_with({{"listen", open}}), "http.listen: without TLS"), open);
}

BOOST_AUTO_TEST_CASE(an_address_to_listen_on_has_a_port) {
  for (const auto* wrong : {"8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                            "127.0.0.1:-1", ":80", "::1:80"})
    BOOST_TEST(has(problems_with({{"listen", wrong}}), "is not HOST:PORT"), wrong);
  BOOST_TEST(parse_listen_address("[::1]:80")->host == "::1");
  BOOST_TEST(parse_listen_address("localhost:65535")->port == 65535);
}

BOOST_AUTO_TEST_CASE(tls_needs_both_files) {
  BOOST_TEST(has(problems_with({{"certificate_file", "pem"}}), "http.key_file: is missing"));
  BOOST_TEST(has(problems_with({{"key_file", "pem"}}), "http.certificate_file: is missing"));
  BOOST_TEST(has(problems_with({{"key_file", "none"}, {"certificate_file", "pem"}}),
                 "no readable secret file none"));
}

BOOST_AUTO_TEST_CASE(the_topic_of_acknowledgements_is_one_of_its_own) {
  settings values;
  values.topics.acknowledgements = "aepro.acknowledgements";
  BOOST_TEST(find_impossible_combinations(values).empty());
  values.topics.acknowledgements = values.topics.subjects;
  BOOST_TEST(find_impossible_combinations(values).size() == 1U);
  values.topics.acknowledgements = "^aepro.*";
  BOOST_TEST(find_impossible_combinations(values).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
