#include "test/support/contracts/review_fixture.hpp"

#include "actors/review/review_alert.hpp"
#include "test/support/contracts/clock_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace aepro::test {

namespace {

history_changes planned_with(const review_rules& rules, form_history history,
                             std::span<const reviewed_form> forms) {
  return review_forms(std::move(history), forms, rules,
                      {{}, {"store", std::chrono::hours{72}}, {}, {}}, {}, published);
}

const review_rules pain_rules{{*parse_score_change("PAIN-NRS>=+3:urgent")}, 200};

} // namespace

history_changes changes_of_pain(form_history history, std::span<const reviewed_form> forms) {
  return planned_with(pain_rules, std::move(history), forms);
}

reviewing_store::reviewing_store(store_kind kind)
    : store(kind), source(store.database()), one(value_of(store.database().reviews())),
      other(value_of(store.database().reviews())), notes(value_of(store.database().notify())) {
  rules = pain_rules;
  BOOST_TEST(value_of(one->cover({"PAIN-NRS"})));
}

history_changes reviewing_store::plan(form_history history,
                                      std::span<const reviewed_form> forms) const {
  ++planned;
  last_history = history;
  return planned_with(rules, std::move(history), forms);
}

form_intake reviewing_store::take_up(const form_page& page) {
  return take_up(*one, source.claim, page);
}

form_intake reviewing_store::take_up(review_store& node, const stream_claim& claim,
                                     const form_page& page) {
  return value_of(
      node.take_up(claim, page, [this](form_history history, std::span<const reviewed_form> forms) {
        return plan(std::move(history), forms);
      }));
}

void reviewing_store::learn(const std::vector<std::string>& values) {
  source.append(values);
  BOOST_REQUIRE(take_up(page()).moved);
}

std::string forms_text(const form_page& page) {
  std::string text;
  for (const auto& form : page.forms)
    text += fmt::format("{}{}", text.empty() ? "" : " ", form.offset);
  return text;
}

} // namespace aepro::test
