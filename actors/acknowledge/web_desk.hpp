#pragma once

/// What a request for a link asks, and what it is answered. Pure.

#include "actors/acknowledge/alert_link.hpp"
#include "actors/acknowledge/alert_page.hpp"
#include "config/notifier_settings.hpp"
#include "messages/notification.hpp"
#include "messages/web_question.hpp"

#include <optional>
#include <string>
#include <variant>

namespace aepro {

/// A link that none of our keys has signed; whatever is wrong with it, its reader is told the same.
struct wrong_link {};

/// A good link, and what is wanted by it.
struct wanted_alert {
  alert_link link;
  bool acknowledges = false; ///< Else it is only shown: programs fetch links to look into them.
  page_form form;            ///< As it was sent; `trouble`: why it cannot be taken.
};

/// Returns what is asked, or the answer where it is nothing that there is.
std::variant<web_answer, wrong_link, wanted_alert> read_request(const web_request& request,
                                                                const link_options& links);

/// Returns why the link cannot be used any more, as an answer: it has expired, the alert is not in
/// the store (`found`) or was sent again since. Nothing: it can.
std::optional<web_answer> outdated_answer(const wanted_alert& wanted,
                                          const std::optional<notification>& found,
                                          unix_milliseconds now);

/// Returns what is to be done at `now`, or nothing where only a page is wanted: GET, a form that
/// cannot be taken, an alert that is acknowledged already.
std::optional<operator_action> action_of(const wanted_alert& wanted, const notification& found,
                                         unix_milliseconds now);

/// Returns the page of the alert as it is now. `done`: what was tried, if anything; somebody may
/// have been faster.
web_answer alert_answer(const wanted_alert& wanted, const notification& now,
                        const alert_rule_settings& rule,
                        const std::optional<operator_action>& done);

/// Returns the action of a system's message, whose texts come from outside.
operator_action action_by_message(const notification& found, std::string_view by,
                                  std::string_view reason, unix_milliseconds now);

/// Returns whether it was this action that acknowledged it.
bool is_done_by(const notification& now, const operator_action& action);

/// Returns who an address stands for where it is counted: of IPv6 the network (/64), which one host
/// may have whole.
std::string counted_address(const std::string& address);

} // namespace aepro
