#include "test/support/decision_checks.hpp"

#include "actors/validation/rules/rule_table.hpp"
#include "test/support/decision_reader.hpp"

#include <algorithm>

namespace aepro::test {

namespace {

bool same_lists(const decision& made, const read_decision& read) {
  return std::ranges::equal(made.findings, read.findings,
                            [](const auto& left, const auto& right) {
                              return left.rule == right.rule && left.variable == right.variable &&
                                     left.detail == right.detail;
                            }) &&
         std::ranges::equal(made.scores, read.scores,
                            [](const auto& left, const auto& right) {
                              return left.scale == right.scale && left.value == right.value &&
                                     left.band == right.band && left.algorithm == right.algorithm;
                            }) &&
         std::ranges::equal(made.alerts, read.alerts, [](const auto& left, const auto& right) {
           return left.rule == right.rule &&
                  static_cast<std::uint8_t>(left.urgency) == right.urgency;
         });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter >= 0x20 && letter < 0x7f; });
}

/// Of a rejected record people must know where it was read and is a serious report, or a form with
/// an alert.
bool has_rejection_alerts(const decision& made) {
  if (made.serious && made.rejection != rejection::undecodable)
    return made.alerts.size() == 1 && made.alerts.front().rule == "rejected-serious-report" &&
           made.alerts.front().urgency == urgency::immediate;
  return made.alerts.empty() ||
         (made.alerts.size() == 1 && made.alerts.front().rule == "rejected-form-with-alert");
}

} // namespace

std::optional<std::string> fault_of(const decision& made) {
  const auto decoded = read(made.encoded);
  if (!decoded)
    return "the encoding cannot be read";
  if (decoded->rejection != static_cast<std::uint8_t>(made.rejection) ||
      decoded->serious != made.serious || decoded->subject_known != made.subject_known ||
      decoded->context_version != made.context_version || decoded->rules_version != rules_version ||
      !same_lists(made, *decoded))
    return "the encoding says something else";
  if (made.rejection != rejection::none && !(made.findings.empty() && made.scores.empty()))
    return "a rejected record has findings or scores";
  if (made.rejection != rejection::none && !has_rejection_alerts(made))
    return "a rejected record has other alerts than its seriousness asks for";
  if (!std::ranges::is_sorted(made.findings, {}, &finding::rule))
    return "findings are out of order";
  for (const auto& row : made.findings) {
    if (find_rule(row.rule) == nullptr)
      return "an unknown rule";
    if (row.detail.size() > 256 || !is_printable(row.detail))
      return "a detail is not short and printable";
  }
  return std::nullopt;
}

} // namespace aepro::test
