#include "actors/review/review_settings.hpp"

#include "actors/validation/instruments/instrument.hpp"
#include "config/value_text.hpp"
#include "messages/score_alert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

std::vector<std::string_view> known_scales() {
  std::vector<std::string_view> names;
  for (const auto& one : instruments())
    for (const auto& scale : one.scales)
      names.push_back(scale.name);
  return names;
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

void check(std::string_view setting, const std::string& wanted,
           std::vector<setting_problem>& found) {
  const auto names = known_scales();
  if (std::ranges::any_of(names, [&](std::string_view name) { return names_scale(wanted, name); }))
    return;
  const auto same = std::ranges::find_if(names, [&](std::string_view name) {
    return std::ranges::equal(name, wanted, {}, lower, lower);
  });
  const auto nearest =
      same != names.end() ? std::optional<std::string_view>(*same) : nearest_name(wanted, names);
  found.push_back({"", std::string(setting),
                   fmt::format("no instrument has the scale '{}'{}", wanted,
                               nearest ? fmt::format("; did you mean {}?", *nearest) : "")});
}

} // namespace

std::vector<score_change_rule> score_changes_of(const settings& values) {
  std::vector<score_change_rule> rules;
  for (const auto& one : instruments())
    rules.insert(rules.end(), one.changes.begin(), one.changes.end());
  for (const auto& text : values.review.score_changes)
    if (auto parsed = parse_score_change(text)) // Checked when they were loaded.
      rules.push_back(std::move(*parsed));
  return rules;
}

std::vector<setting_problem> check_scales(const settings& values) {
  std::vector<setting_problem> found;
  for (const auto& text : values.decide.score_alerts)
    if (const auto parsed = parse_score_alert(text))
      check("decide.score_alerts", parsed->scale, found);
  for (const auto& text : values.review.score_changes)
    if (const auto parsed = parse_score_change(text))
      check("review.score_changes", parsed->scale, found);
  return found;
}

} // namespace aepro
