#include "actors/validation/seriousness.hpp"

#include <algorithm>

namespace aepro {

namespace {

char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool is_blank(char letter) {
  return letter == ' ' || letter == '\t';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

bool means(std::string_view text, std::string_view word) {
  return std::ranges::equal(trimmed(text), word, {}, upper);
}

constexpr ae criteria[] = {ae::aesdth,  ae::aeslife, ae::aeshosp, ae::aesdisab,
                           ae::aescong, ae::aesmie,  ae::aescan,  ae::aesod};

} // namespace

bool means_yes(std::string_view flag) {
  // The common case first: this runs for nine flags of every report.
  if (flag.size() <= 1)
    return !flag.empty() && upper(flag[0]) == 'Y';
  return means(flag, "Y") || means(flag, "YES");
}

int toxicity_grade(std::string_view text) {
  text = trimmed(text);
  constexpr std::string_view prefix = "GRADE";
  if (text.size() > prefix.size() && means(text.substr(0, prefix.size()), prefix))
    text = trimmed(text.substr(prefix.size()));
  return text.size() == 1 && text[0] >= '1' && text[0] <= '5' ? text[0] - '0' : 0;
}

seriousness derive_seriousness(const adverse_event_view& report) {
  seriousness derived;
  derived.fatal = means_yes(report[ae::aesdth]) ||
                  (!report[ae::aeout].empty() && means(report[ae::aeout], "FATAL")) ||
                  toxicity_grade(report[ae::aetoxgr]) == 5;
  derived.life_threatening = means_yes(report[ae::aeslife]);
  derived.serious = derived.fatal || means_yes(report[ae::aeser]);
  for (const auto criterion : criteria)
    derived.serious = derived.serious || means_yes(report[criterion]);
  return derived;
}

void append_alerts(const adverse_event_view& report, const seriousness& derived,
                   std::pmr::vector<alert>& alerts) {
  if (!derived.serious)
    return;
  if (report.kind == static_cast<std::int32_t>(report_kind::nullification)) {
    alerts.push_back({"serious-report-nullified", urgency::routine});
    return;
  }
  const bool immediate = derived.fatal || derived.life_threatening;
  alerts.push_back({"serious-adverse-event", urgency::urgent});
  if (immediate)
    alerts.push_back({"fatal-or-life-threatening", urgency::immediate});
  if (means_yes(report[ae::aesuspected]) && means(report[ae::aeexpected], "N"))
    alerts.push_back(
        {"suspected-unexpected-serious", immediate ? urgency::immediate : urgency::urgent});
}

void append_rejection_alerts(const seriousness& derived, std::pmr::vector<alert>& alerts) {
  if (derived.serious)
    alerts.push_back({"rejected-serious-report", urgency::immediate});
}

} // namespace aepro
