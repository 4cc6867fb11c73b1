#include "actors/validation/rules/rule_table.hpp"

#include "actors/validation/rules/rule.hpp"
#include "actors/validation/rules/rule_document.hpp"
#include "messages/variables.hpp"
#include "test/support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <xxhash.h>

#include <bit>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(rule_tables)

namespace {

std::vector<std::string> ids_of(std::string_view authority) {
  std::vector<std::string> ids;
  std::istringstream in{std::string(authority)};
  for (std::string id; std::getline(in >> std::ws, id, ',');)
    ids.push_back(id);
  return ids;
}

} // namespace

BOOST_AUTO_TEST_CASE(numbers_and_names_are_unique_and_in_order) {
  std::set<std::string_view> names;
  int last = 0;
  for (const auto& row : rule_table()) {
    BOOST_TEST(row.number > last);
    last = row.number;
    BOOST_TEST(names.insert(row.name).second, row.name);
    BOOST_TEST(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == row.name.npos,
               row.name);
    BOOST_TEST(!row.text.empty());
    BOOST_TEST(!row.variable.empty());
    BOOST_TEST(!row.authority.empty());
    BOOST_TEST(find_rule(row.number) == &row);
  }
  BOOST_TEST(find_rule(0) == nullptr);
  BOOST_TEST(find_rule(999) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_rule_on_a_form_names_the_variable_that_it_looks_at) {
  const auto names = variable_table<ae>();
  for (const auto& rule : rules::adverse_event_rules())
    if (rule.of_form && rule.needs != 0)
      BOOST_TEST(names[static_cast<std::size_t>(std::countr_zero(rule.needs))].name ==
                 rule.row.variable);
}

// Whoever changes a rule so that decisions may change must raise rules_version; this test only
// sees what the rows say, so it reminds of that whenever they do.
BOOST_AUTO_TEST_CASE(the_table_is_that_of_this_rules_version) {
  std::string all;
  for (const auto& row : rule_table())
    all += std::to_string(row.number) + std::string(row.name) + std::string(row.variable) +
           std::to_string(static_cast<int>(row.severity)) + "\n";
  BOOST_TEST(rules_version == 1u);
  BOOST_TEST(XXH3_64bits(all.data(), all.size()) == 17794592780560139422u);
}

BOOST_AUTO_TEST_CASE(the_document_says_what_the_tables_say) {
  std::ifstream file(std::string(AEPRO_SOURCE_DIR) + "/docs/rules.md", std::ios::binary);
  const std::string document(std::istreambuf_iterator<char>(file), {});
  const bool same = document == rules_markdown();
  BOOST_TEST(same,
             "docs/rules.md is out of date; rules.md in the working folder is what it should be");
  if (!same)
    std::ofstream("rules.md", std::ios::binary) << rules_markdown();
}

BOOST_AUTO_TEST_CASE(ids_of_the_fda_are_those_of_its_published_list) {
  const auto rows = test::read_shared_csv("p21/rules.csv");
  if (!rows)
    return;
  std::map<std::string, test::csv_row> published;
  for (const auto& row : *rows)
    published[row.at("Pinnacle 21 ID")] = row;
  int checked = 0;
  for (const auto& row : rule_table()) {
    const auto ids = ids_of(row.authority);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!ids[i].starts_with("SD") && !ids[i].starts_with("CT2"))
        continue;
      if (ids[i].starts_with("SDTM"))
        continue;
      BOOST_REQUIRE(published.contains(ids[i]));
      BOOST_REQUIRE(i + 1 < ids.size());
      BOOST_TEST(published[ids[i]].at("Publisher ID") == ids[i + 1], row.name);
      ++checked;
    }
  }
  BOOST_TEST(checked > 20);
}

BOOST_AUTO_TEST_SUITE_END()
