#pragma once

/// The examples beside the rules, run through what a node does with a record: deciding, the rule,
/// the route, the texts.

#include "actors/validation/decide_options.hpp"
#include "config/settings_loader.hpp"
#include "messages/score_change.hpp"

#include <string>
#include <vector>

namespace aepro {

/// What raises alerts: decisions, and changes of scores.
struct example_rules {
  decide_options decide;
  std::vector<score_change_rule> changes;
};

/// What became of one example.
struct example_result {
  std::string origin; ///< "aepro.yaml:12"; empty: not known.
  std::string place;  ///< alert_rules.NAME.expect[N]
  std::string name;
  std::vector<std::string> failures; ///< What was expected and what came; empty: all of it came.
};

/// Returns one result for each example, in the order of the file; the rules must have passed
/// check_alert_settings(). The subject is known and without dates, but for the first treatment that
/// an event before it says; alerts that only a store can raise (late-adverse-event,
/// delayed-adverse-event) are never raised.
std::vector<example_result> run_examples(const notifier_rules& rules,
                                         const example_rules& conditions,
                                         const std::string& fallback_role);

/// Returns the rules as a node uses them: rules are copied for each alert, and examples may be
/// many.
notifier_rules without_examples(notifier_rules rules);

/// Returns each failure as a problem of the settings file.
std::vector<setting_problem> failures_of(const std::vector<example_result>& results);

/// Returns what is wrong with the examples themselves, each with its line: an event or an instant
/// that is none.
std::vector<setting_problem> check_examples(const notifier_rules& rules);

} // namespace aepro
