#include "actors/validation/decide_options_text.hpp"

#include <nlohmann/json.hpp>

namespace aepro {

namespace {

constexpr int options_format = 1;

} // namespace

std::string decide_options_text(const decide_options& options) {
  // Members of nlohmann's default object are sorted by name.
  nlohmann::json object{
      {"format", options_format},
      {"value_bytes_max", options.value_bytes_max},
      {"answers_max", options.answers_max},
      {"reject_unknown_subjects", options.reject_unknown_subjects},
      {"studies", options.studies},
      {"phq9_missing_items", options.phq9_missing == phq9_missing_items::two_allowed ? 2 : 0},
      {"causality_terms", options.causality_terms},
      {"optional_rules", options.optional_rules},
      {"clock_skew_max_ms", options.clock_skew_max_ms}};
  for (const auto& one : options.score_alerts)
    object["score_alerts"].push_back(
        text_of(one)); // Where there are none, the text is as it was before this option.
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<decide_options> parse_decide_options(std::string_view text) {
  decide_options options;
  try {
    const auto object = nlohmann::json::parse(text);
    if (object.at("format") != options_format)
      return std::nullopt;
    options.value_bytes_max = object.at("value_bytes_max");
    options.answers_max = object.at("answers_max");
    options.reject_unknown_subjects = object.at("reject_unknown_subjects");
    options.studies = object.at("studies").get<decltype(options.studies)>();
    options.phq9_missing = object.at("phq9_missing_items") == 2 ? phq9_missing_items::two_allowed
                                                                : phq9_missing_items::none_allowed;
    options.causality_terms = object.at("causality_terms").get<decltype(options.causality_terms)>();
    options.optional_rules = object.at("optional_rules").get<decltype(options.optional_rules)>();
    options.clock_skew_max_ms = object.at("clock_skew_max_ms");
    for (const auto& one : object.value("score_alerts", std::vector<std::string>{})) {
      const auto parsed = parse_score_alert(one);
      if (!parsed)
        return std::nullopt;
      options.score_alerts.push_back(*parsed);
    }
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  if (decide_options_text(options) != text)
    return std::nullopt; // A member is not known here, or the text is not canonical.
  return options;
}

} // namespace aepro
