#include "actors/publish/event_file.hpp"
#include "actors/publish/response_grouping.hpp"
#include "actors/publish/sdtm_mapping.hpp"

#include "aepro/v1/event.pb.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

BOOST_AUTO_TEST_SUITE(publish)

namespace {

struct read_result {
  aepro::event_file_result result;
  std::vector<aepro::published_event> events;
  std::vector<aepro::bad_row> bad_rows;
};

read_result read(std::istream& input, const aepro::event_file_options& options = {}) {
  read_result out;
  out.result = aepro::read_event_file(
      input, options,
      [&](const aepro::published_event& event) {
        out.events.push_back(event);
        return true;
      },
      [&](const aepro::bad_row& bad) { out.bad_rows.push_back(bad); });
  return out;
}

read_result read(const std::string& text, const aepro::event_file_options& options = {}) {
  std::istringstream input(text);
  return read(input, options);
}

aepro::v1::Event event_of(const aepro::published_event& published) {
  aepro::v1::Event event;
  BOOST_REQUIRE(event.ParseFromString(published.value));
  return event;
}

const std::string ae_header = "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AESER,AEDTC,EPOCH\n";

} // namespace

BOOST_AUTO_TEST_CASE(an_adverse_event_row_carries_its_variables_as_written) {
  const auto out = read(ae_header + "S1,AE,01-001,7,\"Ache, bad\",N,2014-01-16,TREATMENT\n");
  BOOST_REQUIRE(out.events.size() == 1u);
  const auto event = event_of(out.events[0]);
  BOOST_TEST(event.study() == "S1");
  BOOST_TEST(event.subject() == "01-001");
  BOOST_TEST(event.adverse_event().aeterm() == "Ache, bad");
  BOOST_TEST(event.adverse_event().aeser() == "N");
  BOOST_TEST(event.adverse_event().report_id() == "01-001/AE/7");
  BOOST_TEST(event.recorded_at().unix_milliseconds() == 1389830400000);
  BOOST_TEST(out.events[0].key == "S1/01-001");
  BOOST_TEST(out.result.unused_columns == std::vector<std::string>{"EPOCH"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_same_file_gives_the_same_ids_and_bytes) {
  const auto text =
      ae_header + "S1,AE,01-001,7,Ache,N,2014-01-16,\nS1,AE,01-001,8,Ache,N,2014-01-16,\n";
  const auto first = read(text), second = read(text);
  BOOST_REQUIRE(first.events.size() == 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    BOOST_TEST(first.events[i].event_id == second.events[i].event_id);
    BOOST_TEST((first.events[i].value == second.events[i].value));
  }
  BOOST_TEST(first.events[0].event_id != first.events[1].event_id);
}

BOOST_AUTO_TEST_CASE(an_id_can_be_computed_by_others) {
  // Python: uuid.uuid5(uuid.UUID("0f1c2d6e-5b3a-5e0d-9a54-6d1c7e8f9b20"), "S1\nAE\n01-001\n7")
  const auto out = read(ae_header + "S1,AE,01-001,7,Ache,N,,\n");
  BOOST_TEST(out.events.at(0).event_id == "578e297b-d13b-5e85-861f-07b59dd72a2b");
}

BOOST_AUTO_TEST_CASE(a_changed_subject_row_is_a_new_event_and_not_a_conflict) {
  const std::string header = "STUDYID,DOMAIN,USUBJID,SUBJID,SITEID,DTHFL\n";
  const auto alive = read(header + "S1,DM,01-001,001,701,\n");
  const auto dead = read(header + "S1,DM,01-001,001,701,Y\n");
  BOOST_TEST(alive.result.kind == "dm");
  BOOST_TEST(event_of(alive.events.at(0)).site() == "701");
  BOOST_TEST(alive.events.at(0).event_id != dead.events.at(0).event_id);
}

BOOST_AUTO_TEST_CASE(bad_rows_are_named_by_line_and_the_rest_goes_on) {
  const auto out = read(ae_header + "S1,AE,01-001,1,Ache,N,,\n"
                                    "S1,AE,,2,Ache,N,,\n"
                                    "S1,AE,01-001,,Ache,N,,\n"
                                    "S1,AE,01-001,4\n"
                                    "S1,AE,01-001,\"5\nx\",Ache,N,,\n"
                                    "S1,AE,01-001,6,A\"che,N,,\n"
                                    "S1,AE,01-001,7,Ache,N,,\n");
  BOOST_TEST(out.events.size() == 3u);
  BOOST_REQUIRE(out.bad_rows.size() == 4u);
  const std::size_t lines[] = {3, 4, 5, 8};
  for (std::size_t i = 0; i < 4; ++i)
    BOOST_TEST(out.bad_rows[i].line == lines[i]);
  BOOST_TEST(out.bad_rows[0].reason.find("USUBJID") != std::string::npos);
  BOOST_TEST(out.bad_rows[1].reason.find("AESEQ") != std::string::npos);
  BOOST_TEST(out.bad_rows[2].reason == "4 fields instead of 8");
  BOOST_TEST(out.result.counts.rows == 7u);
}

BOOST_AUTO_TEST_CASE(a_file_of_unknown_columns_is_refused_unless_its_kind_is_said) {
  const std::string text = "STUDYID,USUBJID,NOTE\nS1,01-001,x\n";
  BOOST_TEST(read(text).result.problem.find("--kind") != std::string::npos);
  BOOST_TEST(read(text, {aepro::sdtm_domain::demographics, "x"}).events.size() == 1u);
  BOOST_TEST(read("").result.problem == "the file is empty");
  BOOST_TEST(read("A,B,A\n").result.problem.find("twice") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(na_without_quotes_is_missing_only_where_text_is_quoted) {
  const auto quoted = read(
      "\"STUDYID\",\"USUBJID\",\"AESEQ\",\"AETERM\"\n\"S1\",\"1\",1,NA\n\"S1\",\"1\",2,\"NA\"\n");
  BOOST_TEST(event_of(quoted.events.at(0)).adverse_event().aeterm() == "");
  BOOST_TEST(event_of(quoted.events.at(1)).adverse_event().aeterm() == "NA");
  const auto plain = read("STUDYID,USUBJID,AESEQ,AETERM\nS1,1,1,NA\n");
  BOOST_TEST(event_of(plain.events.at(0)).adverse_event().aeterm() == "NA");
}

BOOST_AUTO_TEST_CASE(answers_become_one_form_whatever_their_order) {
  const std::string header = "STUDYID,USUBJID,QSSEQ,QSTESTCD,QSTEST,QSCAT,QSORRES,QSSTRESC,QSSTAT,"
                             "QSREASND,VISITNUM,VISIT,QSDTC\n";
  const std::string rows[] = {
      "S1,1,1,PHQ0101,Little interest,PHQ-9,Several days,1,,,2,WEEK 2,2020-03-01T10:00\n",
      "S1,1,2,PHQ0102,Feeling down,PHQ-9,,,NOT DONE,REFUSED,2,WEEK 2,2020-03-01T10:01\n",
      "S1,1,3,PHQ0111,PHQ01-Total Score,PHQ-9,,1,,,2,WEEK 2,2020-03-01T10:01\n",
      "S1,2,4,PHQ0101,Little interest,PHQ-9,,2,,,2,WEEK 2,2020-03-01\n",
      "S1,1,5,PHQ0101,Little interest,PHQ-9,,3,,,4,WEEK 4,2020-03-15\n",
      "S1,1,6,PHQ0101,Little interest,PHQ-9,,3,,,4.1,WEEK 4,2020-03-15\n",
      "S1,1,7,PHQ0101,Little interest,PHQ-9,,3,,,4.1,WEEK 4,2020-03-16\n",
  };
  const auto forward =
      read(header + rows[0] + rows[1] + rows[2] + rows[3] + rows[4] + rows[5] + rows[6]);
  const auto mixed =
      read(header + rows[6] + rows[4] + rows[2] + rows[3] + rows[1] + rows[5] + rows[0]);
  BOOST_REQUIRE(forward.events.size() == 5u);
  std::set<std::string> a, b;
  for (const auto& event : forward.events)
    a.insert(event.value);
  for (const auto& event : mixed.events)
    b.insert(event.value);
  BOOST_TEST((a == b));
  aepro::v1::QuestionnaireResponse form;
  for (const auto& published : forward.events)
    if (const auto event = event_of(published);
        event.questionnaire_response().visit() == "WEEK 2" && event.subject() == "1")
      form = event.questionnaire_response();
  BOOST_REQUIRE(form.answers_size() == 2);
  BOOST_TEST(form.instrument() == "PHQ-9");
  BOOST_TEST(form.device_total() == "1");
  BOOST_TEST(form.answers(0).value() == "1");
  BOOST_TEST(form.answers(1).value() == "");
  BOOST_TEST(form.answers(1).missing_reason() == "REFUSED");
  BOOST_TEST(form.completed_at().unix_milliseconds() == 1583056860000);
}

BOOST_AUTO_TEST_CASE(lines_of_protobuf_json_are_published_and_bad_ones_named) {
  const auto out =
      read("{\"eventId\":\"a\",\"study\":\"S/"
           "1\",\"subject\":\"1\",\"adverseEvent\":{\"aeterm\":\"Ache\"}}\n"
           "\n"
           "{\"eventId\":\"a\",\"study\":\"S1\",\"subject\":\"1\"}\n"
           "{\"eventId\":\"a\",\"subject\":\"1\",\"adverseEvent\":{}}\n"
           "{\"eventID\":\n"
           "{\"eventId\":\"b\",\"study\":\"S1\",\"subject\":\"1\",\"subjectData\":{}}\r\n");
  BOOST_TEST(out.result.kind == "events");
  BOOST_REQUIRE(out.events.size() == 2u);
  BOOST_TEST(out.events[0].key == "S%2F1/1");
  BOOST_TEST((out.events[1].kind == aepro::event_kind::subject));
  BOOST_REQUIRE(out.bad_rows.size() == 3u);
  BOOST_TEST(out.bad_rows[0].line == 3u);
  BOOST_TEST(out.bad_rows[1].reason == "study is missing");
  BOOST_TEST(out.bad_rows[2].line == 5u);
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_explained_without_its_content) {
  const std::pair<const char*, const char*> lines[] = {
      {R"({"eventId":"Secret","study":Secret})", "column 29: not valid JSON"},
      {R"({"eventId":"Secret)", "column 19: not valid JSON"},
      {R"({"study":"Secret","Secret":1})",
       "not an Event in Protobuf JSON: member 2 of the event is not in the schema"},
      {R"({"adverseEvent":{"aeterm":"Secret","Secret":"x"}})",
       "not an Event in Protobuf JSON: member 2 of adverseEvent is not in the schema"},
      {R"({"recordedAt":{"unixMilliseconds":"Secret"}})",
       "not an Event in Protobuf JSON: the value of recordedAt.unixMilliseconds does not fit its "
       "type, int64"},
      {R"({"questionnaireResponse":{"answers":[{},{"Secret":1}]}})",
       "not an Event in Protobuf JSON: member 1 of questionnaireResponse.answers[1] is not in the "
       "schema"},
      {R"({"adverseEvent":"Secret"})", "not an Event in Protobuf JSON: the value of adverseEvent "
                                       "does not fit its type, AdverseEvent"},
      {R"({"adverseEvent":{},"subjectData":{"sex":"Secret"}})",
       "not an Event in Protobuf JSON: a member stands twice, or two of them exclude each other"},
      {R"(["Secret"])", "not a JSON object"},
  };
  for (const auto& [line, reason] : lines)
    BOOST_TEST(std::get<std::string>(aepro::parse_event_line(line)) == reason);
  const auto deep = "{\"study\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}";
  BOOST_TEST(std::get<std::string>(aepro::parse_event_line(deep)) ==
             "nested more than 64 levels deep");
}

BOOST_AUTO_TEST_CASE(a_forgotten_quote_costs_one_event_and_is_named_with_its_line) {
  const auto out = read("STUDYID,USUBJID,AESEQ,AETERM\n"
                        "S1,1,1,Ache\n"
                        "S1,1,2,\"Ache\n"
                        "S1,1,3,Ache\n"
                        "S1,1,4,\"Ache,\nthen rash\"\n"
                        "S1,1,5,Ache\n");
  BOOST_TEST(out.result.counts.rows == 5u);
  BOOST_TEST(out.result.counts.events == 4u);
  BOOST_TEST(out.result.counts.bad_rows == 1u);
  BOOST_REQUIRE(out.bad_rows.size() == 1u);
  BOOST_TEST(out.bad_rows[0].line == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_marked_as_history_differs_in_nothing_else) {
  auto published = read(ae_header + "S1,AE,1,1,Ache,Y,2019-01-01,\n").events.at(0);
  auto expected = event_of(published);
  for (const bool with_alerts : {false, true}) {
    const auto key = published.key;
    aepro::mark_as_history(published, with_alerts); // The second time over the first.
    expected.set_origin(with_alerts ? aepro::v1::ORIGIN_HISTORY_WITH_ALERTS
                                    : aepro::v1::ORIGIN_HISTORY);
    BOOST_TEST(event_of(published).SerializeAsString() == expected.SerializeAsString());
    BOOST_TEST(published.key == key);
  }
}

BOOST_AUTO_TEST_CASE(instants_are_complete_dates_only) {
  BOOST_TEST(aepro::parse_instant("1970-01-02")->unix_milliseconds() == 86400000);
  BOOST_TEST(aepro::parse_instant("1970-01-01T01:00+01:00")->unix_milliseconds() == 0);
  BOOST_TEST(aepro::parse_instant("1970-01-01T01:00+01:00")->utc_offset_minutes() == 60);
  BOOST_TEST(aepro::parse_instant("2024-02-29T23:59:59Z")->unix_milliseconds() == 1709251199000);
  for (const auto* text : {"", "2024", "2024-02", "2023-02-29", "2024-13-01", "2024-01-01T25:00",
                           "2024-01-01x", "-024-01-01"})
    BOOST_TEST(!aepro::parse_instant(text), text);
}

BOOST_AUTO_TEST_CASE(the_pilot_data_gives_the_counts_of_its_readme) {
  // Grouped counts: made by an independent script (distinct subject, QSCAT, VISITNUM, VISIT, date).
  const std::tuple<const char*, std::size_t, std::size_t> files[] = {
      {"ae_pilot_v1.csv", 1191, 1191},      {"dm_pilot_v1.csv", 306, 306},
      {"qsco_tdf.csv", 12241, 818},         {"qsmm_tdf.csv", 1524, 254},
      {"qs_coeq_pharmaverse.csv", 966, 46},
  };
  for (const auto& [name, rows, events] : files) {
    const auto path = std::string(AEPRO_SHARED_DATA) + "/sdtm_pilot/" + name;
    std::ifstream input(path, std::ios::binary);
    if (!input) {
      BOOST_TEST_MESSAGE("skipped: " << path << " is missing");
      std::cout << "SKIPPED: " << path << " is missing\n";
      continue;
    }
    const auto out = read(input);
    BOOST_TEST(out.result.problem == "");
    BOOST_TEST(out.result.counts.rows == rows);
    BOOST_TEST(out.events.size() == events);
    BOOST_TEST(out.bad_rows.empty());
    std::set<std::string> ids;
    std::size_t answers = 0, totals = 0, refused = 0;
    for (const auto& published : out.events) {
      ids.insert(published.event_id);
      const auto event = event_of(published);
      const auto& form = event.questionnaire_response();
      answers += static_cast<std::size_t>(form.answers_size());
      totals += !form.device_total().empty();
      refused += std::ranges::count_if(form.answers(), [](const auto& one) {
        return one.missing_reason() == "REFUSED TO ANSWER";
      });
    }
    BOOST_TEST(ids.size() == events);
    if (std::string_view(name) == "qsco_tdf.csv") {
      BOOST_TEST(answers == 12241u - 818u);
      BOOST_TEST(totals == 818u);
      BOOST_TEST(refused == 25u);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
