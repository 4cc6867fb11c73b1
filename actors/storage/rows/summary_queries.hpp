#pragma once

/// The statements behind ledger_reader::summarize, the same for every database: labels first, the
/// count last.

#include <string_view>

namespace aepro {

inline constexpr std::string_view findings_summary =
    "SELECT finding.rule, max(rule.severity), max(rule.name), max(rule.text), max(rule.authority), "
    "count(*) "
    "FROM finding LEFT JOIN rule ON rule.rule = finding.rule AND rule.rules_version = "
    "(SELECT max(rules_version) FROM rule) GROUP BY finding.rule ORDER BY count(*) DESC, "
    "finding.rule";
inline constexpr std::string_view scores_summary =
    "SELECT scale, coalesce(band, ''), count(*) FROM score GROUP BY scale, band ORDER BY scale, "
    "min(value)";
inline constexpr std::string_view alerts_summary =
    "SELECT rule, urgency, count(*) FROM alert GROUP BY rule, urgency ORDER BY urgency DESC, rule";
inline constexpr std::string_view rejections_summary =
    "SELECT code, reason, count(*) FROM dead_letter GROUP BY code, reason ORDER BY count(*) DESC, "
    "code";

} // namespace aepro
