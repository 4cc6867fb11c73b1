#include "actors/validation/rules/rule.hpp"
#include "test/support/decide_one.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using test::adverse_event;

BOOST_AUTO_TEST_SUITE(adverse_event_rules)

namespace {

using values = std::map<std::string, std::string>;

/// A report against which no rule has anything to say.
const values good{{"AESEV", "MILD"},
                  {"AESER", "N"},
                  {"AESTDTC", "2014-01-03"},
                  {"AEENDTC", "2014-01-11"},
                  {"AEDTC", "2014-01-16"},
                  {"AEOUT", "RECOVERED/RESOLVED"},
                  {"AEACN", "DOSE NOT CHANGED"},
                  {"AEREL", "PROBABLE"},
                  {"AESTDY", "2"},
                  {"AEENDY", "10"},
                  {"AESEQ", "1"},
                  {"AESDTH", "N"},
                  {"AETOXGR", "1"}};

/// A serious report likewise.
const values fatal{{"AESER", "Y"},   {"AESDTH", "Y"},          {"AEOUT", "FATAL"},
                   {"AETOXGR", "5"}, {"SUSPECT_PRODUCT", "X"}, {"REPORTER", "PHYSICIAN"}};

const values reference{
    {"RFSTDTC", "2014-01-02"}, {"RFICDTC", "2013-12-20"}, {"DSSTDTC", "2014-07-02"}};
const values dead{{"RFSTDTC", "2014-01-02"}, {"DTHFL", "Y"}, {"DTHDTC", "2014-02-01"}};

values with(values base, const values& changes) {
  for (const auto& [name, value] : changes)
    base[name] = value;
  return base;
}

test::decided_event decide_on(const values& report, const values& subject = reference,
                              const decide_options& options = {}) {
  return test::decide_one(adverse_event(report),
                          {.subject = test::subject_with(subject), .options = options});
}

struct breach {
  int rule;
  values changes;     ///< To `good`.
  std::string detail; ///< Of the finding.
  values subject = reference;
};

const std::vector<breach>& breaches() {
  static const std::vector<breach> all{
      {100, {{"AESHOSP", "Y"}, {"AESMIE", "Y"}}, "AESER=N, AESHOSP=Y, AESMIE=Y"},
      {100, {{"AESER", ""}, {"AESDTH", "Y"}}, "AESER=, AESDTH=Y"},
      {101, {{"AESER", "Y"}}, "AESER=Y"},
      {101, {{"AESER", ""}}, "AESER="},
      {102, {{"AESOD", "Y"}}, "AESOD=Y, AESER=N"},
      {110, {{"AESER", "U"}}, "AESER=U"},
      {111, {{"AESCAN", "X"}}, "AESCAN=X"},
      {112, {{"AESCONG", "y"}}, "AESCONG=y"},
      {113, {{"AESDISAB", "1"}}, "AESDISAB=1"},
      {114, {{"AESDTH", "X"}}, "AESDTH=X"},
      {115, {{"AESHOSP", "YES"}}, "AESHOSP=YES"},
      {116, {{"AESLIFE", "NA"}}, "AESLIFE=NA"},
      {117, {{"AESOD", "n"}}, "AESOD=n"},
      {118, {{"AESMIE", "0"}}, "AESMIE=0"},
      {119, {{"AEEXPECTED", "?"}}, "AEEXPECTED=(1 bytes)"},
      {120, {{"AESUSPECTED", "Jane Doe said so"}}, "AESUSPECTED=(16 bytes)"},
      {130, {{"AEOUT", "FATAL"}}, "AEOUT=FATAL, AESDTH=N"},
      {131, {{"AESDTH", "Y"}}, "AESDTH=Y, AEOUT=RECOVERED/RESOLVED"},
      {132, {{"AESDTH", "Y"}}, "AESDTH=Y, DM.DTHFL="},
      {133, {{"AEOUT", "FATAL"}}, "AEOUT=FATAL, DM.DTHFL=N", {{"DTHFL", "N"}}},
      {134, {{"AETOXGR", "GRADE 5"}}, "AETOXGR=(7 bytes), AEOUT=RECOVERED/RESOLVED"},
      {135, {{"AEOUT", "FATAL"}, {"AETOXGR", "3"}}, "AETOXGR=3, AEOUT=FATAL"},
      {136, {{"AESTDTC", "2014-02-02"}}, "AESTDTC=2014-02-02, DM.DTHDTC=2014-02-01", dead},
      {140, {{"AESEV", "Mild"}}, "AESEV=Mild"},
      {140, {{"AESEV", "4"}}, "AESEV=4"},
      {141, {{"AEOUT", "RESOLVED"}}, "AEOUT=(8 bytes)"},
      {142, {{"AEACN", "STOPPED"}}, "AEACN=(7 bytes)"},
      {143, {{"AEENRTPT", "STILL"}}, "AEENRTPT=(5 bytes)"},
      {145, {{"AETERM", "OTHER"}}, "AETERM=OTHER"},
      {146, {{"AETERM", "MULTIPLE"}}, "AETERM=MULTIPLE"},
      {147, {{"AEOCCUR", "Y"}}, "AEOCCUR=Y"},
      {148, {{"AESTAT", "NOT DONE"}}, "AESTAT=NOT DONE"},
      {149, {{"AEREASND", "the patient was away"}}, "AEREASND=(20 bytes)"},
      {150, {{"AETOX", "CTCAE 4.03"}, {"AETOXGR", ""}}, "AETOX=(10 bytes), AETOXGR="},
      {151, {{"AETOXGR", "6"}}, "AETOXGR=6"},
      {152, {{"AEPTCD", "10019211"}}, "AEPTCD=10019211, AEDECOD="},
      {153, {{"AELLTCD", "1001921"}}, "AELLTCD=1001921"},
      {153, {{"AELLTCD", "1001921x"}}, "AELLTCD=(8 bytes)"},
      {153, {{"AELLTCD", "1001921-"}}, "AELLTCD=1001921-"},
      {154, {{"AEPTCD", "20019211"}}, "AEPTCD=20019211"},
      {155, {{"AEHLTCD", "1001921X"}}, "AEHLTCD=(8 bytes)"},
      {156, {{"AEHLGTCD", "100192111"}}, "AEHLGTCD=100192111"},
      {157, {{"AEBDSYCD", "0"}}, "AEBDSYCD=0"},
      {158, {{"AESOCCD", "-1"}}, "AESOCCD=-1"},
      {159, {{"AESOCCD", "10019211"}}, "AESOCCD"},
      {160, {{"MEDDRA_VERSION", "v27"}}, "MEDDRA_VERSION=(3 bytes)"},
      {160, {{"MEDDRA_VERSION", "127.0"}}, "MEDDRA_VERSION=127.0"},
      {160, {{"MEDDRA_VERSION", ".0"}}, "MEDDRA_VERSION=.0"},
      {160, {{"MEDDRA_VERSION", "26.10"}}, "MEDDRA_VERSION=26.10"},
      {160, {{"MEDDRA_VERSION", "x.1"}}, "MEDDRA_VERSION=(3 bytes)"},
      {160, {{"MEDDRA_VERSION", "26.x"}}, "MEDDRA_VERSION=(4 bytes)"},
      {161, {{"AESEQ", "0"}}, "AESEQ=0"},
      {161, {{"AESEQ", "1.5"}}, "AESEQ=1.5"},
      {161, {{"AESEQ", "-3"}}, "AESEQ=-3"},
      {170, {{"AESTDTC", "2024-13-40"}}, "AESTDTC=2024-13-40"},
      {171, {{"AEENDTC", "yesterday"}}, "AEENDTC=(9 bytes)"},
      {172, {{"AEDTC", "2014/01/01"}}, "AEDTC=2014/01/01"},
      {173, {{"AWARENESS_DTC", "01JAN2014"}}, "AWARENESS_DTC=(9 bytes)"},
      {180, {{"AESTDTC", "2014-01-12"}}, "AESTDTC=2014-01-12, AEENDTC=2014-01-11"},
      {182, {{"AESTDTC", ""}}, "AEENDTC=2014-01-11, AESTDTC="},
      {183, {{"AESTDTC", ""}}, ""},
      {184, {{"AEENDTC", ""}}, ""},
      {185, {{"AESTDTC", "2014-07-03"}}, "AESTDTC=2014-07-03, DM.DSSTDTC=2014-07-02"},
      {186, {{"AESTDTC", "2013-12-19"}}, "DM.RFICDTC=2013-12-20, AESTDTC=2013-12-19"},
      {187, {{"AWARENESS_DTC", "2014-01-02"}}, "AESTDTC=2014-01-03, AWARENESS_DTC=2014-01-02"},
      {188, {{"AESTDTC", "2027-01-17"}}, "AESTDTC=2027-01-17"},
      {189, {{"AEENDTC", "2028"}}, "AEENDTC=2028"},
      {190, {{"AEDTC", "2027-02"}}, "AEDTC=2027-02"},
      {191, {{"AWARENESS_DTC", "9999-12-31"}}, "AWARENESS_DTC=9999-12-31"},
      {192,
       {{"AEOUT", "NOT RECOVERED/NOT RESOLVED"}},
       "AEENDTC=2014-01-11, AEOUT=NOT RECOVERED/NOT RESOLVED"},
      {193, {{"AEENDTC", ""}}, "AEOUT=RECOVERED/RESOLVED, AEENDTC="},
      {193,
       {{"AEENDTC", ""}, {"AEOUT", "RECOVERED/RESOLVED WITH SEQUELAE"}},
       "AEOUT=RECOVERED/RESOLVED WITH SEQUELAE, AEENDTC="},
      {200, {{"AESTDY", "3"}}, "AESTDY=3, AESTDTC=2014-01-03, DM.RFSTDTC=2014-01-02, expected 2"},
      {200, {{"AESTDY", "x"}}, "AESTDY=x, AESTDTC=2014-01-03, DM.RFSTDTC=2014-01-02, expected 2"},
      {201, {{"AEENDY", "0"}}, "AEENDY=0, AEENDTC=2014-01-11, DM.RFSTDTC=2014-01-02, expected 10"},
      {202, {{"AESTDTC", "2014-01"}}, "AESTDY=2, AESTDTC=2014-01"},
      {202,
       {{"AESTDY", "2"}},
       "AESTDY=2, AESTDTC=2014-01-03, DM.RFSTDTC=2014",
       {{"RFSTDTC", "2014"}}},
      {203, {{"AEENDTC", "2014"}}, "AEENDY=10, AEENDTC=2014"},
      {204, {{"AESTDY", "11"}}, "AESTDY=11, AEENDY=10"},
      {205, {{"AESTDY", "0"}}, "AESTDY=0"},
      {206, {{"AEENDY", "ten"}}, "AEENDY=(3 bytes)"},
      {220, {{"AESHOSP", "Y"}}, ""},
      {221, {{"AESHOSP", "Y"}}, ""},
      {222, {{"AESHOSP", "Y"}, {"AESUSPECTED", "Y"}}, ""},
  };
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_good_report_breaks_no_rule) {
  for (const auto& row : decide_on(good).decision.findings)
    BOOST_ERROR("rule " << row.rule);
  for (const auto& row : decide_on(with(good, fatal), dead).decision.findings)
    BOOST_ERROR("rule " << row.rule);
}

BOOST_AUTO_TEST_CASE(each_rule_is_broken_by_the_record_made_for_it) {
  for (const auto& row : breaches()) {
    const auto decided = decide_on(with(good, row.changes), row.subject);
    BOOST_TEST(decided.breaks(row.rule), "rule " << row.rule);
    BOOST_TEST(decided.detail(row.rule) == row.detail,
               "rule " << row.rule << ": " << decided.detail(row.rule));
    BOOST_TEST((decided.decision.rejection == rejection::none));
  }
}

BOOST_AUTO_TEST_CASE(every_rule_on_adverse_events_has_a_record_that_breaks_it) {
  std::set<int> tried{144, 181, 223, 224, 225}; // by the cases below
  for (const auto& row : breaches())
    tried.insert(row.rule);
  for (const auto& rule : rules::adverse_event_rules())
    BOOST_TEST(tried.contains(rule.row.number), "rule " << rule.row.number);
}

BOOST_AUTO_TEST_CASE(findings_come_in_the_order_of_the_table) {
  const auto decided = decide_on(
      {{"AESER", "U"}, {"AESDTH", "X"}, {"AESTDTC", "x"}, {"AESEV", "x"}, {"AEDECOD", "\x01"}});
  BOOST_TEST(decided.decision.findings.size() > 5u);
  BOOST_TEST(std::ranges::is_sorted(decided.decision.findings, {}, &finding::rule));
}

BOOST_AUTO_TEST_CASE(blanks_are_no_value) {
  const auto decided = decide_on(with(good, {{"AESHOSP", "  "}, {"AEOCCUR", " "}}));
  BOOST_TEST(decided.decision.findings.empty());
}

BOOST_AUTO_TEST_CASE(partial_dates_are_compared_at_shared_precision) {
  BOOST_TEST(!decide_on({{"AESTDTC", "2014-01"}, {"AEENDTC", "2014-01-01"}}).breaks(180));
  BOOST_TEST(decide_on({{"AESTDTC", "2014-02"}, {"AEENDTC", "2014-01-01"}}).breaks(180));
}

BOOST_AUTO_TEST_CASE(an_ongoing_event_needs_no_end) {
  BOOST_TEST(!decide_on({{"AESTDTC", "2014-01-03"}, {"AEENRTPT", "ONGOING"}}).breaks(184));
  BOOST_TEST(!decide_on({{"AESTDTC", "2014-01-03"}, {"AEOCCUR", "N"}}).breaks(184));
  BOOST_TEST(decide_on({{"AESTDTC", "2014-01-03"}}).breaks(184));
}

BOOST_AUTO_TEST_CASE(rules_on_reference_data_need_a_known_subject) {
  const auto decided =
      test::decide_one(adverse_event({{"AESDTH", "Y"}, {"AESTDY", "7"}, {"AESTDTC", "2014-01-03"}}),
                       {.subject = make_unknown_subject("S1", "S1-001")});
  for (const int rule : {132, 133, 136, 185, 186, 200, 202})
    BOOST_TEST(!decided.breaks(rule), "rule " << rule);
  BOOST_TEST(decided.breaks(1));
}

BOOST_AUTO_TEST_CASE(causality_terms_are_those_of_the_study) {
  const auto rule = [](const std::string& term, const std::string& study) {
    auto event = adverse_event({{"AEREL", term}});
    event.set_study(study);
    return test::decide_one(event, {.options = {.causality_terms = {{"S1", {"NONE", "SOME"}}}}})
        .breaks(144);
  };
  BOOST_TEST(!rule("SOME", "S1"));
  BOOST_TEST(rule("PROBABLE", "S1"));
  BOOST_TEST(!rule("PROBABLE", "S2"));
}

BOOST_AUTO_TEST_CASE(an_optional_rule_applies_only_where_the_settings_name_it) {
  const auto report = with(good, {{"AEDTC", "2014-01-16"}});
  BOOST_TEST(!decide_on(report).breaks(181));
  BOOST_TEST(decide_on(report, reference, {.optional_rules = {181}}).breaks(181));
  BOOST_TEST(!decide_on(with(good, {{"AEDTC", "2014-01-11"}}), reference, {.optional_rules = {181}})
                  .breaks(181));
}

BOOST_AUTO_TEST_CASE(kind_and_version_of_a_report_must_fit) {
  const auto broken = [](int kind, unsigned version) {
    auto event = adverse_event(good);
    event.mutable_adverse_event()->set_report_kind(static_cast<v1::ReportKind>(kind));
    event.mutable_adverse_event()->set_report_version(version);
    std::set<int> rules;
    for (const int rule : test::decide_one(event).rules())
      if (rule >= 223 && rule <= 225)
        rules.insert(rule);
    return rules;
  };
  const std::set<int> none, later{223}, initial{224}, unknown{225};
  BOOST_TEST((broken(0, 0) == none && broken(1, 1) == none && broken(1, 0) == none));
  for (const int kind : {2, 3, 4}) {
    BOOST_TEST((broken(kind, 1) == later));
    BOOST_TEST((broken(kind, 2) == none));
  }
  BOOST_TEST((broken(1, 2) == initial));
  BOOST_TEST((broken(5, 1) == unknown));
  BOOST_TEST((broken(-1, 1) == unknown));
}

BOOST_AUTO_TEST_CASE(a_record_without_a_timestamp_knows_no_future) {
  for (const unix_milliseconds timestamp :
       {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
    BOOST_TEST(
        !test::decide_one(adverse_event({{"AESTDTC", "9999-12-31"}}), {.timestamp = timestamp})
             .breaks(188));
}

BOOST_AUTO_TEST_CASE(today_in_the_easternmost_zone_is_not_the_future) {
  // 2027-01-15T08:00Z is already the 15th, 22:00, at UTC+14.
  constexpr unix_milliseconds morning = 1'800'000'000'000;
  const auto broken = [](const char* date, unix_milliseconds timestamp) {
    return test::decide_one(adverse_event({{"AESTDTC", date}}), {.timestamp = timestamp})
        .breaks(188);
  };
  BOOST_TEST(!broken("2027-01-15", morning));
  BOOST_TEST(broken("2027-01-16", morning));
  BOOST_TEST(!broken("2027-01-16T23:59", morning + 3 * 3'600'000));
}

BOOST_AUTO_TEST_CASE(a_study_day_may_have_a_plus) {
  BOOST_TEST(decide_on(with(good, {{"AESTDY", "+2"}})).rules().empty());
  BOOST_TEST(!decide_on(with(good, {{"AESTDY", "+3"}})).rules().empty());
}

BOOST_AUTO_TEST_SUITE_END()
