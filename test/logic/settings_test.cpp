#include "actors/notifier/rule_check.hpp"
#include "actors/notifier/rule_examples.hpp"
#include "config/setting_assignment.hpp"
#include "config/settings_document.hpp"
#include "config/settings_loader.hpp"
#include "config/settings_table.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

BOOST_AUTO_TEST_SUITE(settings)

namespace {

using namespace std::chrono_literals;

aepro::setting_sources from_file(std::string text) {
  aepro::setting_sources sources;
  sources.file_name = "folder/aepro.yaml";
  sources.file_text = std::move(text);
  return sources;
}

aepro::loaded_settings require_good(const aepro::setting_sources& sources) {
  auto result = aepro::load_settings(sources);
  if (const auto* problems = std::get_if<1>(&result))
    BOOST_FAIL(to_string(problems->front()));
  return std::get<0>(result);
}

/// Returns the problems' texts, one per line; empty when there are none.
std::string problems_of(const aepro::setting_sources& sources) {
  std::string text;
  const auto result = aepro::load_settings(sources);
  if (const auto* problems = std::get_if<1>(&result))
    for (const auto& problem : *problems)
      text += to_string(problem) + "\n";
  return text;
}

std::string read(const std::string& path) {
  std::ifstream file(std::string(AEPRO_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace

BOOST_AUTO_TEST_CASE(every_default_is_valid_and_in_range) {
  for (const auto& row : aepro::settings_table()) {
    aepro::settings values;
    const auto problem = set_value(values, row, row.default_value);
    BOOST_TEST(!problem, row.name << ": " << problem.value_or(""));
    BOOST_TEST(get_value(values, row) == row.default_value);
  }
  BOOST_TEST(problems_of({}) == "");
}

BOOST_AUTO_TEST_CASE(names_and_environment_names_are_unique) {
  std::set<std::string> names;
  for (const auto& row : aepro::settings_table())
    BOOST_TEST(names.insert(aepro::environment_name(row.name)).second, row.name);
}

BOOST_AUTO_TEST_CASE(a_later_origin_wins_and_is_named) {
  auto sources = from_file("group: from-file\nlog: {level: debug}\nbatch.age_max: 7ms\n");
  BOOST_TEST(require_good(sources).origins.at("group") == "folder/aepro.yaml:1");
  sources.environment = {{"AEPRO_GROUP", "from-environment"}};
  BOOST_TEST(require_good(sources).values.group == "from-environment");
  sources.assignments = {"group=from-flag"};
  const auto loaded = require_good(sources);
  BOOST_TEST(loaded.values.group == "from-flag");
  BOOST_TEST(loaded.origins.at("group") == "--set");
  BOOST_TEST(loaded.values.log.level == "debug");
  BOOST_TEST((loaded.values.batch.age_max == 7ms));
  BOOST_TEST(loaded.origins.count("store") == 0u);
}

BOOST_AUTO_TEST_CASE(what_a_flag_sets_is_named_by_the_flag) {
  auto sources = from_file("store: sqlite:file.db\n");
  sources.assignments = {"store=sqlite:set.db"};
  sources.flags = {{"store", "nonsense"}};
  BOOST_TEST(
      problems_of(sources).starts_with("--store: store: write sqlite:PATH or postgresql://"));
  sources.flags = {{"store", "sqlite:flag.db"}};
  BOOST_TEST(require_good(sources).values.store == "sqlite:flag.db");
  BOOST_TEST(require_good(sources).origins.at("store") == "--store");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_known_has_names_near_it) {
  using names = std::vector<std::string>;
  BOOST_TEST(aepro::find_names_near("batch.age_mx").front() == "batch.age_max");
  BOOST_TEST(aepro::find_names_near("age_max") == (names{"batch.age_max", "registry.age_max"}),
             boost::test_tools::per_element());
  BOOST_TEST(aepro::find_names_near("age") == (names{"batch.age_max", "registry.age_max"}),
             boost::test_tools::per_element());
  BOOST_TEST(aepro::find_names_near("storag").front() == "storage");
  BOOST_TEST(aepro::find_names_near("batch.age") == (names{"batch.age_max"}),
             boost::test_tools::per_element());
  BOOST_TEST(aepro::find_names_near("something entirely else").empty());
}

BOOST_AUTO_TEST_CASE(a_typo_suggests_the_nearest_name_with_its_line) {
  BOOST_TEST(
      problems_of(from_file("group: a\nbatch:\n  recrods_max: 5\n")) ==
      "folder/aepro.yaml:3: batch.recrods_max: no such setting; did you mean batch.records_max?\n");
  BOOST_TEST(problems_of(from_file("bach: 5")).find("did you mean batch?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_wrong_type_or_range_is_refused_with_a_remedy) {
  BOOST_TEST(problems_of(from_file("batch.age_max: 12")).find("with its unit, for example 5ms") !=
             std::string::npos);
  BOOST_TEST(problems_of(from_file("batch.records_max: many")).find("not a whole number") !=
             std::string::npos);
  BOOST_TEST(problems_of(from_file("batch.records_max: 0")).find("1 to 100000") !=
             std::string::npos);
  BOOST_TEST(problems_of(from_file("batch.bytes_max: 99999999999999GiB")).find("not a size") !=
             std::string::npos);
  BOOST_TEST(problems_of(from_file("log.level: loud")).find("debug, info, warn") !=
             std::string::npos);
  BOOST_TEST(problems_of(from_file("batch: 5")).find("section") != std::string::npos);
  BOOST_TEST(problems_of(from_file("group: a\ngroup: b")).find("set twice") != std::string::npos);
  BOOST_TEST(problems_of(from_file("group: [a: b]")) != "");
  BOOST_TEST(problems_of(from_file("group: {a")).find("folder/aepro.yaml:1: not valid YAML") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_node_needs_a_group_and_a_list_of_brokers_a_broker) {
  BOOST_TEST(problems_of(from_file("group: ''")) ==
             "folder/aepro.yaml:1: group: is empty; name the group whose nodes share "
             "the partitions\n");
  BOOST_TEST(problems_of(from_file("brokers: ','")).find("brokers: names none") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(impossible_combinations_name_both_settings) {
  const std::pair<std::string, std::string> cases[] = {
      {"lanes: {adverse_events: {share: 80}, questionnaire_responses: {share: 21}}",
       "lanes.adverse_events.share and lanes.questionnaire_responses.share"},
      {"lanes: {questionnaire_responses: {share: 60}, subjects: {share: 41}}",
       "lanes.questionnaire_responses.share and lanes.subjects.share"},
      {"lanes: {adverse_events: {share: 60}, questionnaire_responses: {share: 36}}",
       "lanes.adverse_events.share and lanes.questionnaire_responses.share"},
      {"intake.poll_interval: 10ms\nlanes.subjects.deadline: 10ms",
       "intake.poll_interval and lanes.subjects.deadline"},
      {"drain_grace: 61s", "drain_grace and kafka.max.poll.interval.ms"},
      {"{drain_grace: 31s, kafka.session.timeout.ms: 6000, kafka.max.poll.interval.ms: 30000}",
       "drain_grace and kafka.max.poll.interval.ms"},
      {"intake.hand_over_max: 58s", "intake.hand_over_max and kafka.max.poll.interval.ms"},
      {"kafka.heartbeat.interval.ms: 10000",
       "kafka.heartbeat.interval.ms and kafka.session.timeout.ms"},
      {"lanes.adverse_events.deadline: 2min",
       "lanes.adverse_events.deadline and kafka.max.poll.interval.ms"},
      {"batch.bytes_max: 1GiB", "batch.bytes_max and credits.partition_bytes_max"},
      {"batch.age_max: 5s", "batch.age_max and lanes.adverse_events.deadline"},
      {"retry.backoff_min: 1min", "retry.backoff_min and retry.backoff_max"},
      {"credits.partition_batches_max: 65",
       "credits.partition_batches_max and credits.batches_max"},
      {"intake.value_bytes_max: 17MiB",
       "intake.value_bytes_max and kafka.receive.message.max.bytes"},
      {"credits.batches_min: 65", "credits.batches_min and credits.batches_max"},
      {"batch.records_max: 20001", "batch.records_max and storage.group_records_max"},
      {"storage.group_records_max: 999", "batch.records_max and storage.group_records_max"},
      {"registry.negative_age_max: 1h", "registry.negative_age_max and registry.age_max"},
      {"topics.subjects: aepro.adverse-events", "topics.subjects and topics.adverse_events"},
      {"kafka.fetch.max.bytes: 16777216",
       "kafka.fetch.max.bytes and kafka.receive.message.max.bytes"},
      {"{intake.hand_over_max: 55s, kafka.max.poll.interval.ms: 50000}",
       "intake.hand_over_max and kafka.max.poll.interval.ms"},
      {"retry.backoff_max: 15001ms", "retry.backoff_max and supervision.stuck_after"},
      {"supervision.stuck_after: 1", "retry.backoff_max and supervision.stuck_after"},
      {"storage.call_max: 14001ms", "storage.call_max and supervision.stop_grace"},
      {"supervision.stop_grace: 10s", "storage.call_max and supervision.stop_grace"},
      {"outbound.patience: 14001ms", "outbound.patience and supervision.stop_grace"},
      {"control.socket: /", "control.socket: is a folder"},
      {"kafka.session.timeout.ms: 70000",
       "kafka.session.timeout.ms and kafka.max.poll.interval.ms"},
  };
  for (const auto& [text, names] : cases)
    BOOST_TEST(problems_of(from_file(text)).find("folder/aepro.yaml:1: " + names) !=
                   std::string::npos,
               text << " -> " << problems_of(from_file(text)));
  for (const auto* possible :
       {"lanes.adverse_events.deadline: 1min", "drain_grace: 1min", "intake.hand_over_max: 57s",
        "kafka.heartbeat.interval.ms: 9999",
        "{drain_grace: 30s, kafka.session.timeout.ms: 6000, kafka.max.poll.interval.ms: 30000}",
        "lanes: {adverse_events: {share: 60}, questionnaire_responses: {share: 35}}",
        "{retry.backoff_max: 15s, storage.call_max: 14s, outbound.patience: 14s}",
        "{lanes.subjects.deadline: 10ms, intake.poll_interval: 9ms, retry.backoff_min: 30ms, "
        "retry.backoff_max: 30ms}"})
    BOOST_TEST(problems_of(from_file(possible)) == "", possible);
}

BOOST_AUTO_TEST_CASE(
    a_share_of_nothing_or_of_all_and_credits_that_cannot_serve_each_lane_are_out_of_range) {
  for (const auto* name : {"adverse_events", "questionnaire_responses", "subjects"})
    for (const auto* share : {"0", "91"})
      BOOST_TEST(problems_of(from_file("lanes." + std::string{name} + ".share: " + share))
                     .find("1 to 90") != std::string::npos);
  BOOST_TEST(problems_of(from_file("credits.batches_max: 2")).find("3 to 10000") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_decisions_depend_on_is_checked_for_its_form) {
  const auto values =
      require_good(from_file("decide:\n  causality_terms: S1=RELATED|NOT RELATED,S2=X\n"
                             "  optional_rules: 7,40\n  phq9_missing: none\n"))
          .values.decide;
  BOOST_TEST(values.causality_terms.size() == 2u);
  BOOST_TEST(values.causality_terms.front() == "S1=RELATED|NOT RELATED");
  BOOST_TEST(values.optional_rules.size() == 2u);
  for (const auto* wrong : {"causality_terms: RELATED", "causality_terms: =X",
                            "causality_terms: S1=", "optional_rules: seven", "optional_rules: 0",
                            "optional_rules: 70000", "phq9_missing: three",
                            "score_alerts: PHQ-9>20:urgent", "score_alerts: PHQ-9>=x:urgent",
                            "score_alerts: '>=20:urgent'", "score_alerts: PHQ-9>=20:soon",
                            "score_alerts: PHQ-9>=20", "score_alerts: PHQ-9>=inf:urgent"})
    BOOST_TEST(problems_of(from_file(std::string("decide:\n  ") + wrong)) != "", wrong);
}

BOOST_AUTO_TEST_CASE(changes_of_scores_are_checked_for_their_form) {
  const auto values =
      require_good(from_file("review:\n  score_changes: PHQ-9>=+5:urgent, GAD-7<=-3 since "
                             "previous:routine\n  forms_max: 250\n"))
          .values.review;
  BOOST_TEST(values.score_changes.size() == 2u);
  BOOST_TEST(values.forms_max == 250u);
  for (const auto* wrong :
       {"score_changes: PHQ-9>=5:urgent", "score_changes: PHQ-9", "forms_max: 199"})
    BOOST_TEST(problems_of(from_file(std::string("review:\n  ") + wrong)) != "", wrong);
}

BOOST_AUTO_TEST_CASE(the_anchors_key_comes_from_a_file_and_is_never_shown) {
  auto sources = from_file("anchors.key_file: /key.pem");
  sources.read_file = [](const std::string& path) {
    return path == "/key.pem" ? std::optional<std::string>("a secret key") : std::nullopt;
  };
  const auto loaded = require_good(sources);
  BOOST_TEST(loaded.values.anchors.key == "a secret key");
  BOOST_TEST(aepro::settings_dump(loaded).find("a secret key") == std::string::npos);
  sources.read_file = nullptr;
  BOOST_TEST(problems_of(sources).find("anchors.key_file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(topic_patterns_are_refused) {
  BOOST_TEST(problems_of(from_file("topics.subjects: ^aepro.*")).find("patterns") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(safe_librdkafka_values_are_the_default_and_can_be_changed_in_words) {
  BOOST_TEST(require_good({}).values.kafka.at("security.protocol") == "ssl");
  BOOST_TEST(require_good({}).values.kafka.at("check.crcs") == "true");
  BOOST_TEST(require_good({}).values.kafka.at("receive.message.max.bytes") == "16777216");
  const auto loaded = require_good(from_file("kafka: {security: {protocol: plaintext}}"));
  BOOST_TEST(loaded.values.kafka.at("security.protocol") == "plaintext");
}

BOOST_AUTO_TEST_CASE(properties_that_would_lose_records_are_refused) {
  BOOST_TEST(problems_of(from_file("kafka.auto.offset.reset: latest")).find("fixed to error") !=
             std::string::npos);
  BOOST_TEST(problems_of(from_file("kafka.group.id: x")).find("use group") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(secrets_come_from_files_and_are_never_shown) {
  auto sources =
      from_file("storage.password_file: database\nkafka.sasl.password_file: /run/broker\n");
  sources.credentials_directory = "/credentials";
  sources.read_file = [](const std::string& path) -> std::optional<std::string> {
    if (path == "/credentials/database")
      return "wolf\n";
    if (path == "/run/broker")
      return "badger";
    return {};
  };
  const auto loaded = require_good(sources);
  BOOST_TEST(loaded.values.storage.password == "wolf");
  BOOST_TEST(loaded.values.kafka_secrets.at("sasl.password") == "badger");
  for (const auto& text : {settings_dump(loaded), settings_dump_json(loaded)}) {
    BOOST_TEST(text.find("wolf") == std::string::npos);
    BOOST_TEST(text.find("badger") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_relative_secret_file_is_also_found_beside_the_settings_file) {
  auto sources = from_file("storage.password_file: database");
  sources.read_file = [](const std::string& path) {
    return path == "folder/database" ? std::optional<std::string>("wolf") : std::nullopt;
  };
  BOOST_TEST(require_good(sources).values.storage.password == "wolf");
}

BOOST_AUTO_TEST_CASE(a_missing_secret_file_is_refused_with_line_and_remedy) {
  const auto text = problems_of(from_file("group: a\nstorage: {password_file: /nowhere/secret}"));
  BOOST_TEST(text.find("folder/aepro.yaml:2: storage.password_file") != std::string::npos);
  BOOST_TEST(text.find("create it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(
    a_secret_in_the_file_a_flag_or_the_store_address_is_refused_without_showing_it) {
  auto flag = aepro::setting_sources{};
  flag.assignments = {"kafka.sasl.password=wolf"};
  for (const auto& sources :
       {from_file("kafka.sasl.password: wolf"), flag, from_file("storage.password: wolf"),
        from_file("store: postgresql://me:wolf@host/db"),
        from_file("store: postgresql://me@host/db?password=wolf")}) {
    const auto text = problems_of(sources);
    BOOST_TEST(text.find("_file") != std::string::npos);
    BOOST_TEST(text.find("wolf") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(the_environment_may_carry_a_secret_and_a_file_wins_over_it) {
  aepro::setting_sources sources;
  sources.environment = {{"AEPRO_STORAGE_PASSWORD", "fox"}, {"AEPRO_KAFKA_SASL_PASSWORD", "hare"}};
  sources.read_file = [](const std::string&) { return std::optional<std::string>("wolf"); };
  BOOST_TEST(require_good(sources).values.storage.password == "fox");
  BOOST_TEST(require_good(sources).values.kafka_secrets.at("sasl.password") == "hare");
  sources.environment.emplace_back("AEPRO_STORAGE_PASSWORD_FILE", "/run/secret");
  sources.environment.emplace_back("AEPRO_KAFKA_SASL_PASSWORD_FILE", "/run/secret");
  BOOST_TEST(require_good(sources).values.storage.password == "wolf");
  BOOST_TEST(require_good(sources).values.kafka_secrets.at("sasl.password") == "wolf");
}

BOOST_AUTO_TEST_CASE(an_unknown_variable_that_looks_like_ours_is_a_warning) {
  aepro::setting_sources sources;
  sources.environment = {{"AEPRO_GRUOP", "x"}, {"AEPRO_SOMETHING_ELSE_ALTOGETHER", "x"}};
  const auto loaded = require_good(sources);
  BOOST_REQUIRE(loaded.warnings.size() == 1u);
  BOOST_TEST(to_string(loaded.warnings[0]).find("AEPRO_GROUP") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_dump_loads_again_to_the_same_values) {
  auto sources = from_file("brokers: [a:1, b:2]\nintake.studies: [S1, S2]\nbatch.age_max: "
                           "90ms\nkafka.ssl.ca.location: /a b\n");
  const auto loaded = require_good(sources);
  const auto again = require_good(from_file(settings_dump(loaded)));
  for (const auto& row : aepro::settings_table())
    BOOST_TEST(get_value(again.values, row) == get_value(loaded.values, row));
  BOOST_TEST((again.values.kafka == loaded.values.kafka));
}

BOOST_AUTO_TEST_CASE(the_documentation_is_what_the_table_says) {
  BOOST_TEST(read("docs/settings.md") == aepro::settings_markdown(),
             "run: aepro config reference > docs/settings.md");
  BOOST_TEST(read("config/aepro.yaml") == aepro::settings_sample(),
             "run: aepro config sample > config/aepro.yaml");
}

BOOST_AUTO_TEST_CASE(the_sample_uncommented_says_every_default) {
  const auto text = std::regex_replace(aepro::settings_sample(), std::regex("(^|\n)#(?!#)"), "$1");
  const auto loaded = require_good(from_file(text));
  for (const auto& row : aepro::settings_table())
    BOOST_TEST(loaded.origins.count(std::string(row.name)) == 1u, row.name);
  BOOST_TEST((loaded.values.kafka == aepro::settings().kafka));
}

BOOST_AUTO_TEST_CASE(the_sample_s_examples_come_as_expected) {
  const auto text = std::regex_replace(aepro::settings_sample(), std::regex("(^|\n)#(?!#)"), "$1");
  const auto& rules = require_good(from_file(text)).values.alerts;
  BOOST_TEST(aepro::check_alert_settings(rules).empty());
  const auto results = aepro::run_examples(rules, {{}, {}}, "safety-desk");
  BOOST_TEST(results.size() == 2u);
  for (const auto& problem : aepro::failures_of(results))
    BOOST_ERROR(to_string(problem));
}

BOOST_AUTO_TEST_CASE(deep_nesting_and_alias_bombs_are_refused) {
  BOOST_TEST(
      problems_of(from_file("a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}")).find("deeply") !=
      std::string::npos);
  std::string bomb = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 8; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {";
    for (const auto* key : {"a", "b", "c", "d", "e", "f", "g", "h", "i"})
      bomb += std::string(key) + ": " + before + ", ";
    bomb += "}\n";
  }
  BOOST_TEST(problems_of(from_file(bomb)).find("repeats itself") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
