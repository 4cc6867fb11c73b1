#include "support/run_program.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>

BOOST_AUTO_TEST_SUITE(command_line)

using aepro::test::run_aepro;
using aepro::test::write_file;
using nlohmann::json;

BOOST_AUTO_TEST_CASE(the_version_names_the_commit) {
  const auto run = run_aepro({"--version"});
  BOOST_TEST(run.exit_code == 0);
  BOOST_TEST(run.output.find("aepro 0.") == 0u);
  BOOST_TEST(run.output.find('(') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_64_and_says_so_on_stderr) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"nonsense"},
                                             {"publish"},
                                             {"simulate", "--events", "many"},
                                             {"simulate", "--events", "-1"},
                                             {"config", "dump", "--no-such"},
                                             {"run", "--until-idle", "nan"},
                                             {"run", "--until-idle", "-NaN"},
                                             {"run", "--until-idle", "0"},
                                             {"run", "--until-idle", "inf"},
                                             {"run", "--store", ""},
                                             {"verify", "--brokers", ""},
                                             {"publish", "--kind", "lb", "x.csv"}}) {
    const auto run = run_aepro(arguments);
    BOOST_TEST(run.exit_code == 64);
    BOOST_TEST(run.output == "");
    BOOST_TEST(run.errors != "");
  }
}

BOOST_AUTO_TEST_CASE(every_command_has_help_with_examples) {
  const auto all = run_aepro({"--help"});
  BOOST_TEST(all.exit_code == 0);
  for (const auto* command : {"publish", "simulate", "topics create", "topics list", "config check",
                              "config dump", "config explain", "run", "ctl"}) {
    std::vector<std::string> arguments;
    std::istringstream words(command);
    for (std::string word; words >> word;)
      arguments.push_back(word);
    arguments.emplace_back("--help");
    const auto run = run_aepro(arguments);
    BOOST_TEST(run.exit_code == 0);
    BOOST_TEST(run.output.find("aepro") != std::string::npos, command);
    BOOST_TEST(run.output.find("Examples") != std::string::npos, command);
  }
}

BOOST_AUTO_TEST_CASE(config_check_answers_with_its_exit_code) {
  const auto good = write_file("good.yaml", "group: night\nbatch: {records_max: 100}\n");
  const auto bad = write_file("bad.yaml", "group: night\nkafka:\n  security.protcol: ssl\n");
  BOOST_TEST(run_aepro({"config", "check", good}).exit_code == 0);
  const auto run = run_aepro({"config", "check", bad});
  BOOST_TEST(run.exit_code == 1);
  BOOST_TEST(run.errors.find("bad.yaml:3: kafka.security.protcol") != std::string::npos);
  const auto report = json::parse(run_aepro({"config", "check", bad, "--json"}).output);
  BOOST_TEST(report["ok"] == false);
  BOOST_TEST(report["problems"].size() == 1u);
}

namespace {

/// Line 8 has an example whose urgency is `urgency`.
std::string with_example(const std::string& urgency) {
  return "channels: {log: {type: log}}\n"
         "recipients:\n"
         "  - {name: Desk, roles: [safety-desk], addresses: {log: desk}}\n"
         "alert_rules:\n"
         "  fatal-or-life-threatening:\n"
         "    audience: [safety-desk]\n"
         "    expect:\n"
         "      - name: a death\n"
         "        event: {study: S1, subject: \"001\", adverse_event: {report_id: R1, aeterm: X, "
         "aesdth: Y}}\n"
         "        urgency: " +
         urgency + "\n        tells: [Desk over log]\n";
}

} // namespace

BOOST_AUTO_TEST_CASE(config_check_tries_the_examples_beside_the_rules) {
  const auto good =
      run_aepro({"config", "check", write_file("examples.yaml", with_example("immediate"))});
  BOOST_TEST(good.exit_code == 0, good.errors);
  BOOST_TEST(good.output.find("good, 1 examples as expected") != std::string::npos);
  const auto file = write_file("failing.yaml", with_example("routine"));
  const auto failing = run_aepro({"config", "check", file});
  BOOST_TEST(failing.exit_code == 1);
  BOOST_TEST(
      failing.errors.find(
          "failing.yaml:8: alert_rules.fatal-or-life-threatening.expect[0]: a death: urgency: "
          "expected routine; came: immediate") != std::string::npos,
      failing.errors);
  const auto run = run_aepro({"config", "check", file, "--json"});
  BOOST_TEST(run.exit_code == 1);
  const auto report = json::parse(run.output);
  BOOST_TEST(report["ok"] == false);
  BOOST_TEST(report["problems"].size() == 1u);
  BOOST_TEST_REQUIRE(report["examples"].size() == 1u);
  BOOST_TEST(report["examples"][0]["name"] == "a death");
  BOOST_TEST(report["examples"][0]["ok"] == false);
  BOOST_TEST(report["examples"][0]["failures"][0] == "urgency: expected routine; came: immediate");
}

BOOST_AUTO_TEST_CASE(a_node_whose_rules_do_otherwise_than_their_examples_say_starts_and_says_so) {
  const auto run =
      run_aepro({"run", "--config", write_file("failing.yaml", with_example("routine")),
                 "--brokers", "127.0.0.1:1", "--store", "sqlite:" + write_file("store", ""),
                 "--set", "control.socket=/no/such/folder/socket"}); // Where it ends, further on.
  BOOST_TEST(run.errors.find("example-failed") != std::string::npos, run.errors);
  BOOST_TEST(run.errors.find("expected routine; came: immediate") != std::string::npos);
  BOOST_TEST(run.errors.find("/no/such/folder/socket") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_mistake_of_a_settings_file_comes_at_once) {
  const auto file = write_file(
      "wrong.yaml", "grupo: night\n" + with_example("immediate") +
                        "  phq9-item-9:\n    text: \"{{subjct}}\"\n    channels: [fax]\n");
  const auto run = run_aepro({"config", "check", file});
  BOOST_TEST(run.exit_code == 1);
  for (const auto* part :
       {"wrong.yaml:1: grupo: ",
        "wrong.yaml:14: alert_rules.phq9-item-9.text: there is no field 'subjct'",
        "wrong.yaml:15: alert_rules.phq9-item-9.channels: there is no channel fax"})
    BOOST_TEST(run.errors.find(part) != std::string::npos, run.errors);
}

BOOST_AUTO_TEST_CASE(a_scale_and_a_time_zone_that_are_none_are_named_with_their_lines) {
  const auto file = write_file(
      "scales.yaml", "clocks:\n  time_zone: Berlin\nreview:\n  score_changes: PHQ9>=+5:urgent\n");
  const auto run = run_aepro({"config", "check", file});
  BOOST_TEST(run.exit_code == 1);
  BOOST_TEST(run.errors.find("scales.yaml:2: clocks.time_zone: ") != std::string::npos, run.errors);
  BOOST_TEST(run.errors.find("scales.yaml:4: review.score_changes: no instrument has the scale "
                             "'PHQ9'; did you mean PHQ-9?") != std::string::npos,
             run.errors);
}

BOOST_AUTO_TEST_CASE(a_settings_file_that_cannot_be_read_is_neither_good_nor_bad) {
  const auto run = run_aepro({"config", "check", "/nowhere.yaml"});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("/nowhere.yaml: no readable settings file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_exist_is_named_with_those_that_do) {
  const auto run = run_aepro({"foo"});
  BOOST_TEST(run.exit_code == 64);
  BOOST_TEST(run.errors.find("aepro has no command foo; there are demo, run, status") !=
             std::string::npos);
  const auto nested = run_aepro({"config", "chekc", "file"});
  BOOST_TEST(nested.exit_code == 64);
  BOOST_TEST(nested.errors.find("aepro config has no command chekc; did you mean check?") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_setting_that_does_not_exist_is_answered_with_names_near_it) {
  const auto run = run_aepro({"config", "explain", "batch.age"});
  BOOST_TEST(run.exit_code == 1);
  BOOST_TEST(run.errors.find("did you mean batch.age_max") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_property_of_librdkafka_is_explained_as_such) {
  const auto run = run_aepro({"config", "explain", "kafka.group.instance.id"});
  BOOST_TEST(run.exit_code == 0);
  BOOST_TEST(run.output.find("goes to librdkafka as it is") != std::string::npos, run.output);
}

BOOST_AUTO_TEST_CASE(sections_with_keys_of_their_own_are_explained_as_settings_are) {
  for (const auto& [section, key] :
       {std::pair{"channels", "password_file"}, std::pair{"recipients", "quiet_hours"},
        std::pair{"alert_rules", "audience"}, std::pair{"clocks.kinds", "remind_before"}}) {
    const auto run = run_aepro({"config", "explain", section});
    BOOST_TEST(run.exit_code == 0);
    BOOST_TEST(run.output.find(key) != std::string::npos, run.output);
  }
}

BOOST_AUTO_TEST_CASE(what_could_not_be_done_is_one_json_object_where_json_was_asked_for) {
  const std::vector<std::vector<std::string>> commands{
      {"status", "--store", "sqlite:/no/such/folder/x.sqlite"},
      {"verify", "--store", "sqlite:/no/such/folder/x.sqlite"},
      {"migrate", "--store", "sqlite:/no/such/folder/x.sqlite"},
      {"run"},
      {"run", "--set", "log.level=loud"},
      {"publish", "/nowhere.csv"},
      {"publish", "--dry-run", "/nowhere.csv"},
      {"simulate"},
      {"topics", "list"},
      {"topics", "create"},
      {"demo", "--keep", "/dev/null"},
      {"config", "check", "/nowhere.yaml"},
      {"config", "dump", "--config", "/nowhere.yaml"},
  };
  for (auto arguments : commands) {
    arguments.emplace_back("--json");
    const auto run = run_aepro(arguments);
    BOOST_TEST(run.exit_code == 2, arguments.front());
    BOOST_TEST(run.errors != "", arguments.front());
    const auto answer = json::parse(run.output, nullptr, false);
    BOOST_TEST_REQUIRE(answer.is_object(), arguments.front() << ": " << run.output);
    BOOST_TEST(answer["ok"] == false, arguments.front());
  }
  const auto status = run_aepro({"status", "--json", "--store", "sqlite:/no/such/folder/x.sqlite"});
  BOOST_TEST(json::parse(status.output)["error"].get<std::string>().find("/no/such/folder") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_store_that_a_person_must_make_possible_is_refused_before_anything_starts) {
  const auto file = write_file("no_folder", "");
  const std::pair<std::string, std::string> places[] = {
      {"/no/such/folder/x.sqlite", "the folder /no/such/folder does not exist; create it"},
      {"/", "/ is a folder; name a file in it"},
      {file + "/x.sqlite", file + " is not a folder"},
      {"/proc/x.sqlite", "no file can be made in the folder /proc"},
  };
  for (const auto& [path, remedy] : places) {
    const auto run = run_aepro({"run", "--brokers", "localhost:1", "--store", "sqlite:" + path});
    BOOST_TEST(run.exit_code == 2);
    BOOST_TEST(run.errors.find("sqlite:" + path + ": " + remedy) != std::string::npos, run.errors);
  }
}

BOOST_AUTO_TEST_CASE(a_demo_that_cannot_keep_its_store_says_so_at_once) {
  const auto file = write_file("no_folder", "");
  for (const auto* folder : {file.c_str(), "/proc/no_folder", "/proc"}) {
    const auto run = run_aepro({"demo", "--quiet", "--keep", folder});
    BOOST_TEST(run.exit_code == 2);
    BOOST_TEST(run.errors.find("choose another") != std::string::npos, run.errors);
  }
}

BOOST_AUTO_TEST_CASE(a_demo_leaves_the_store_of_an_earlier_one_alone) {
  const auto store = write_file("aepro.db", "an earlier store");
  const auto folder = store.substr(0, store.rfind('/'));
  const auto run = run_aepro({"demo", "--quiet", "--keep", folder});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("holds a store already; choose another folder, or remove") !=
             std::string::npos);
  BOOST_TEST(aepro::test::read_file(store) == "an earlier store");
  std::filesystem::remove(store);
}

BOOST_AUTO_TEST_CASE(a_demo_finds_the_same_at_every_rate_and_says_it_in_numbers) {
  std::vector<json> reports;
  for (const auto* rate : {"2000", "1000000"}) {
    const auto run = run_aepro({"demo", "--quiet", "--json", "--events", "3000", "--rate", rate});
    BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
    reports.push_back(json::parse(run.output));
  }
  for (const auto* part : {"findings", "scores", "alerts", "rejections"})
    BOOST_TEST(reports[0][part] == reports[1][part], part);
  BOOST_REQUIRE(!reports[0]["findings"].empty());
  for (const auto* name : {"rule", "severity", "count"})
    BOOST_TEST(reports[0]["findings"][0][name].is_number(), name);
  BOOST_TEST(reports[0]["alerts"][0]["urgency"].is_number());
  BOOST_TEST(reports[0]["rejections"][0]["code"].is_number());
}

BOOST_AUTO_TEST_CASE(shares_are_not_numbers) {
  const auto run = run_aepro({"simulate", "--dry-run", "--events", "10", "--duplicates", "1"});
  BOOST_TEST(run.exit_code == 64);
  BOOST_TEST(run.errors.find("duplicates") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_with_its_place_and_none_of_its_content) {
  const auto file =
      write_file("events.ndjson", "{\"eventId\":\"Secret\",\"study\":Secret}\n"
                                  "{\"eventId\":\"Secret\",\"Secret\":\"Secret\"}\n"
                                  "{\"recordedAt\":{\"unixMilliseconds\":\"Secret\"}}\n");
  for (const auto* form : {"--quiet", "--json"}) {
    const auto run = run_aepro({"publish", "--dry-run", form, file});
    BOOST_TEST(run.exit_code == 1);
    BOOST_TEST((run.output + run.errors).find("Secret") == std::string::npos, run.errors);
    BOOST_TEST(run.errors.find(file + ":1: column 29: not valid JSON") != std::string::npos);
    BOOST_TEST(run.errors.find(file + ":2: not an Event") != std::string::npos);
    BOOST_TEST(
        run.errors.find(
            file + ":3: not an Event in Protobuf JSON: the value of recordedAt.unixMilliseconds") !=
        std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_dump_shows_flags_file_and_environment_with_their_origin) {
  const auto file = write_file("dump.yaml", "group: from-file\n");
  const auto run = run_aepro(
      {"config", "dump", "--json", "--config", file, "--brokers", "a:1", "--set", "log.level=warn"},
      {"AEPRO_BATCH_AGE_MAX=9ms", "AEPRO_STORAGE_PASSWORD=wolf"});
  BOOST_TEST(run.exit_code == 0);
  BOOST_TEST(run.output.find("wolf") == std::string::npos);
  const auto values = json::parse(run.output);
  BOOST_TEST(values["group"]["origin"] == file + ":1");
  BOOST_TEST(values["batch.age_max"]["value"] == "9ms");
  BOOST_TEST(values["batch.age_max"]["origin"] == "AEPRO_BATCH_AGE_MAX");
  BOOST_TEST(values["brokers"]["value"] == "a:1");
  BOOST_TEST(values["brokers"]["origin"] == "--brokers");
  BOOST_TEST(values["log.level"]["origin"] == "--set");
}

BOOST_AUTO_TEST_CASE(wrong_settings_are_refused_before_anything_starts) {
  const auto file = write_file("wrong.yaml", "storage:\n  password_file: /nowhere/secret\n");
  const auto run = run_aepro({"simulate", "--dry-run", "--events", "1", "--config", file});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("wrong.yaml:2: storage.password_file") != std::string::npos);
  BOOST_TEST(run.output == "");
}

BOOST_AUTO_TEST_CASE(a_command_that_needs_brokers_says_so) {
  const auto run = run_aepro({"topics", "list"});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("--brokers") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_rows_are_named_with_file_and_line_and_the_answer_is_1) {
  const auto file =
      write_file("ae.csv", "STUDYID,USUBJID,AESEQ,AETERM\nS1,1,1,Ache\nS1,,2,Ache\nS1,1,3,Ache\n");
  const auto run = run_aepro({"publish", "--dry-run", "--json", file});
  BOOST_TEST(run.exit_code == 1);
  BOOST_TEST(run.errors.find(file + ":3: USUBJID is empty") != std::string::npos);
  const auto report = json::parse(run.output);
  BOOST_TEST(report["ok"] == false);
  BOOST_TEST(report["files"][0]["kind"] == "ae");
  BOOST_TEST(report["files"][0]["events"] == 2);
  BOOST_TEST(report["files"][0]["bad"][0]["line"] == 3);
  BOOST_TEST(run_aepro({"publish", "--dry-run", "/nowhere.csv"}).exit_code == 2);
}

BOOST_AUTO_TEST_CASE(the_same_seed_writes_the_same_expectation) {
  const auto first = write_file("first.ndjson", ""), second = write_file("second.ndjson", "");
  for (const auto& file : {first, second})
    BOOST_TEST(run_aepro({"simulate", "--dry-run", "--quiet", "--events", "500", "--seed", "3",
                          "--expect", file})
                   .exit_code == 0);
  BOOST_TEST(aepro::test::read_file(first).size() > 10000u);
  BOOST_TEST((aepro::test::read_file(first) == aepro::test::read_file(second)));
}

BOOST_AUTO_TEST_CASE(no_trouble_leaves_the_shares_that_flags_set) {
  const auto file = write_file("serious.ndjson", "");
  const std::vector<std::string> words{"simulate",     "--dry-run",        "--events",
                                       "50",           "--adverse-events", "1",
                                       "--no-trouble", "--expect",         file};
  auto serious = words;
  serious.insert(serious.end(), {"--serious", "1"});
  BOOST_TEST(run_aepro(words).exit_code == 0);
  BOOST_TEST(aepro::test::read_file(file).find("serious-adverse-event") == std::string::npos);
  BOOST_TEST(run_aepro(serious).exit_code == 0);
  BOOST_TEST(aepro::test::read_file(file).find("serious-adverse-event") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_completion_script_knows_the_commands) {
  const auto run = run_aepro({"completion", "bash"});
  BOOST_TEST(run.exit_code == 0);
  for (const auto* word : {"publish", "--dry-run", "batch.records_max", "complete -o"})
    BOOST_TEST(run.output.find(word) != std::string::npos, word);
}

BOOST_AUTO_TEST_SUITE_END()
