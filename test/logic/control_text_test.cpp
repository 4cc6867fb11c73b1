#include "actors/control/control_place.hpp"
#include "actors/control/control_text.hpp"
#include "config/settings.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(control_text_rules)

namespace {

std::string wrong(const std::string& line) {
  const auto request = parse_request(line);
  const auto* why = std::get_if<std::string>(&request);
  return why == nullptr ? "" : *why;
}

std::string place(const std::string& group, const std::string& instance = {},
                  process_surroundings around = {.uid = 7}) {
  settings values;
  values.group = group;
  values.instance_id = instance;
  return control_place_of(values, around).path;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_command_survives_its_way_over_the_socket) {
  const control_command commands[]{{.verb = control_verb::status},
                                   {.verb = control_verb::pool, .pool = "validation", .size = 8},
                                   {.verb = control_verb::pause, .stream = {"a/b \"c\"", 3}},
                                   {.verb = control_verb::resume, .stream = {"t", 0}},
                                   {.verb = control_verb::drain}};
  for (const auto& command : commands) {
    const auto line = request_line(command);
    BOOST_TEST(line.find('\n') == std::string::npos);
    const auto parsed = parse_request(line);
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<control_command>(parsed), line);
    BOOST_TEST(control_text(std::get<control_command>(parsed)) == control_text(command));
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_cannot_be_understood_is_told_why) {
  BOOST_TEST(wrong("nonsense") == "the request is no JSON object");
  BOOST_TEST(wrong("[1]") == "the request is no JSON object");
  BOOST_TEST(wrong("{}") == "the request names no command");
  BOOST_TEST(wrong(R"({"command": 1})") == "the request names no command");
  BOOST_TEST(
      wrong(R"({"command": "fly"})").find("there are status, pool, pause, resume and drain") !=
      std::string::npos);
  for (const auto* incomplete :
       {R"({"command": "pool"})", R"({"command": "pool", "pool": "validation"})",
        R"({"command": "pool", "pool": "validation", "size": -1})",
        R"({"command": "pool", "pool": "validation", "size": "8"})",
        R"({"command": "pause", "topic": "t"})",
        R"({"command": "resume", "topic": 1, "partition": 0})"})
    BOOST_TEST(wrong(incomplete).find("the request is incomplete") == 0U, incomplete);
}

BOOST_AUTO_TEST_CASE(a_partition_is_a_topic_a_slash_and_a_number) {
  BOOST_TEST((parse_stream("aepro.adverse-events/12") == stream_name{"aepro.adverse-events", 12}));
  for (const auto* none : {"", "/", "t", "t/", "/1", "t/x", "t/1x", "t/-1", "t/99999999999"})
    BOOST_TEST(!parse_stream(none), none);
}

BOOST_AUTO_TEST_CASE(an_outcome_says_ok_or_the_error) {
  BOOST_TEST(outcome_line({true, "paused"}) == R"({"ok":true,"outcome":"paused"})");
  BOOST_TEST(outcome_line({false, "no \"such\""}) == R"({"ok":false,"error":"no \"such\""})");
  BOOST_TEST(nlohmann::json::parse(outcome_line({false, "\xff"})).at("ok") == false);
}

BOOST_AUTO_TEST_CASE(the_socket_is_where_the_system_keeps_such_things_else_in_tmp) {
  BOOST_TEST(place("g") == "/tmp/aepro-7/g.sock");
  BOOST_TEST(place("g", "", {.xdg_runtime_dir = "/run/user/7", .uid = 7}) ==
             "/run/user/7/aepro/g.sock");
  BOOST_TEST(place("g", "",
                   {.runtime_directory = "/run/one:/run/two",
                    .xdg_runtime_dir = "/run/user/7",
                    .uid = 7}) == "/run/one/aepro/g.sock");
}

BOOST_AUTO_TEST_CASE(every_group_and_instance_has_a_socket_of_its_own) {
  BOOST_TEST(place("g", "node-1") == "/tmp/aepro-7/g@node-1.sock");
  BOOST_TEST(place("g/h") == "/tmp/aepro-7/g%2Fh.sock");
  BOOST_TEST(place("..") == "/tmp/aepro-7/%2E..sock");
  const std::string long_name(300, 'x');
  BOOST_TEST(place(long_name, "1") != place(long_name, "2"));
  BOOST_TEST(place(long_name, "1").size() < 100U);
}

BOOST_AUTO_TEST_CASE(a_path_in_the_settings_is_taken_as_it_is_and_an_empty_one_means_none) {
  settings values;
  values.control.socket = "/run/x.sock";
  BOOST_TEST(control_place_of(values, {}).path == "/run/x.sock");
  BOOST_TEST(!control_place_of(values, {}).own_folder);
  values.control.socket = "";
  BOOST_TEST(control_place_of(values, {}).path == "");
}

BOOST_AUTO_TEST_CASE(a_partition_that_is_none_pauses_no_other) {
  for (const auto* number : {"4294967296", "true", "2.9", "-4294967293", "-1", "\"0\"", "null"}) {
    const auto request =
        std::string(R"({"command": "pause", "topic": "t", "partition": )") + number + "}";
    BOOST_TEST(!wrong(request).empty(), request);
  }
  BOOST_TEST(wrong(R"({"command": "pause", "topic": "t", "partition": 2147483647})").empty());
}

BOOST_AUTO_TEST_SUITE_END()
