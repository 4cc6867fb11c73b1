#include "test/support/decide_one.hpp"
#include "test/support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <set>

using namespace aepro;

// The published data of CDISC's open rules: each rule's positive cases must pass, and of its
// negative cases exactly the records that CDISC names must break it.
BOOST_AUTO_TEST_SUITE(core_rules)

namespace {

namespace fs = std::filesystem;

struct core_rule {
  std::string id;
  int ours;
  /// Set: CDISC reports that the column exists, we report where it is filled.
  std::string column = {};
};

const core_rule implemented[] = {
    {"CORE-000087", 110},
    {"CORE-000124", 112},
    {"CORE-000125", 113},
    {"CORE-000126", 114},
    {"CORE-000127", 115},
    {"CORE-000128", 116},
    {"CORE-000129", 117},
    {"CORE-000130", 118},
    {"CORE-000266", 101},
    {"CORE-000102", 150},
    {"CORE-000161", 145},
    {"CORE-000164", 146},
    {"CORE-000138", 202},
    {"CORE-000139", 203},
    {"CORE-000552", 200},
    {"CORE-000553", 201},
    {"CORE-000012", 147, "AEOCCUR"},
    {"CORE-000013", 148, "AESTAT"},
    {"CORE-000075", 149, "AEREASND"},
};

/// A rule on --TERM means AETERM here and CMTRT's neighbours there: other domains' rows are read as
/// if they were adverse events.
test::csv_row as_adverse_event(const test::csv_row& row, const std::string& domain) {
  test::csv_row renamed;
  for (const auto& [name, value] : row)
    renamed[name.starts_with(domain) ? "AE" + name.substr(2) : name] = value;
  return renamed;
}

/// By value: a range-for over the optional's content would outlive it.
std::vector<test::csv_row> rows_of(const std::string& path) {
  return test::read_shared_csv(path).value_or(std::vector<test::csv_row>{});
}

using subjects = std::map<std::string, subject_context_ptr>;

subjects read_subjects(const std::string& folder) {
  subjects result;
  if (!fs::exists(std::string(AEPRO_SHARED_DATA) + "/" + folder + "/dm.csv"))
    return result;
  for (const auto& row : rows_of(folder + "/dm.csv"))
    result[row.at("USUBJID")] = test::subject_with(row);
  return result;
}

/// Returns the records, counted from 1, that break the rule.
std::set<int> broken_records(const std::string& folder, const std::string& domain, int rule,
                             const subjects& known) {
  std::set<int> broken;
  int record = 0;
  for (const auto& row : rows_of(folder + "/" + domain + ".csv")) {
    ++record;
    std::string upper = domain;
    for (auto& letter : upper)
      letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    const auto subject = known.find(row.contains("USUBJID") ? row.at("USUBJID") : "");
    const auto decided = test::decide_one(
        test::adverse_event(as_adverse_event(row, upper)),
        {.subject = subject != known.end() ? subject->second : make_unknown_subject("", "")});
    if (decided.breaks(rule))
      broken.insert(record);
  }
  return broken;
}

/// Returns the records that CDISC names for the data set. A study day that is not given is left
/// out: we check those that are, and do not ask for others (docs/rules.md).
std::set<int> expected_records(const std::string& folder, const std::string& domain) {
  std::set<int> records, without_day;
  for (const auto& row : rows_of(folder + "/results/results.csv")) {
    std::string dataset = row.at("Dataset");
    for (auto& letter : dataset)
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (dataset != domain || row.at("Record").empty())
      continue;
    const int record = std::stoi(row.at("Record"));
    records.insert(record);
    const auto& variable = row.at("Variable");
    if (variable.size() == 6 && variable.ends_with("DY") && row.at("Value").empty())
      without_day.insert(record);
  }
  for (const int record : without_day)
    records.erase(record);
  return records;
}

std::string listed(const std::set<int>& records) {
  std::string text;
  for (const int record : records)
    text += std::to_string(record) + " ";
  return text;
}

std::set<int> filled_records(const std::string& folder, const std::string& domain,
                             const std::string& column) {
  std::set<int> records;
  int record = 0;
  for (const auto& row : rows_of(folder + "/data/" + domain + ".csv")) {
    ++record;
    if (row.contains(column) && !row.at(column).empty())
      records.insert(record);
  }
  return records;
}

void check_case(const core_rule& rule, const std::string& folder, bool positive) {
  const auto known = read_subjects(folder + "/data");
  for (const auto& file :
       fs::directory_iterator(std::string(AEPRO_SHARED_DATA) + "/" + folder + "/data")) {
    const auto domain = file.path().stem().string();
    if (domain.size() != 2 || domain == "dm")
      continue;
    const auto broken = broken_records(folder + "/data", domain, rule.ours, known);
    if (positive)
      BOOST_TEST(broken.empty(), folder << " " << domain << ": " << listed(broken));
    else if (rule.column.empty())
      BOOST_TEST(listed(broken) == listed(expected_records(folder, domain)),
                 folder << " " << domain << ": " << listed(broken));
    else
      BOOST_TEST(listed(broken) == listed(filled_records(folder, domain, rule.column)), folder);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(published_cases_are_judged_as_cdisc_judges_them) {
  if (!test::read_shared_file("core_rules/CORE-000087/rule.yml"))
    return;
  int cases = 0;
  for (const auto& rule : implemented) {
    for (const auto* kind : {"positive", "negative"}) {
      const std::string folder = "core_rules/" + rule.id + "/" + kind;
      for (const auto& entry :
           fs::directory_iterator(std::string(AEPRO_SHARED_DATA) + "/" + folder)) {
        check_case(rule, folder + "/" + entry.path().filename().string(),
                   kind == std::string("positive"));
        ++cases;
      }
    }
  }
  BOOST_TEST(cases > 40);
}

BOOST_AUTO_TEST_CASE(a_death_that_dm_does_not_know_is_found_in_cdiscs_case) {
  const auto deaths = [](const std::string& folder) {
    const auto known = read_subjects(folder);
    return broken_records(folder, "ae", 132, known).size();
  };
  if (!test::read_shared_file("core_rules/CORE-000253/rule.yml"))
    return;
  for (const auto* number : {"01", "02"}) {
    BOOST_TEST(deaths("core_rules/CORE-000253/positive/" + std::string(number) + "/data") == 0u);
    BOOST_TEST(deaths("core_rules/CORE-000253/negative/" + std::string(number) + "/data") == 1u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
