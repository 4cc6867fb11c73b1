#include "actors/validation/instruments/form_result.hpp"

#include "actors/validation/rules/rule.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <span>

namespace aepro::rules {

namespace {

/// Answers that say why there is none. They are missing, never scores (DOMAIN, "Survey codes").
constexpr std::string_view survey_codes[] = {
    "REFUSED",  "DON'T KNOW", "DONT KNOW",      "UNKNOWN",      "UNK",
    "NOT DONE", "NOT ASKED",  "ASKED-DECLINED", "ASKED-UNKNOWN"};

char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool equal_ignoring_case(std::string_view text, std::string_view upper_case) {
  return std::ranges::equal(text, upper_case, {}, upper);
}

constexpr item_set bit(std::size_t item) {
  return item_set{1} << item;
}

/// Returns the number that an answer stands for, whether or not the item offers it.
std::optional<double> answered_number(const instrument_item& item, std::string_view text) {
  if (text.size() == 1 && text[0] >= '0' && text[0] <= '9')
    return text[0] - '0';
  if (const auto number = parse_number(text))
    return number;
  for (const auto& option : item.options)
    if (equal_ignoring_case(text, option.text))
      return option.value;
  return std::nullopt;
}

class form_reader {
public:
  form_reader(const questionnaire_response_view& form, form_result& result,
              std::pmr::vector<alert>& alerts)
      : form_(form), result_(result), alerts_(alerts), definition_(*result.definition) {}

  void read() {
    result_.device_total = form_[qs::device_total];
    for (std::size_t i = 0; i < form_.answers.size(); ++i)
      read_answer(form_.answers[i], i);
    result_.answered &= ~contradicted_;
    const auto status = static_cast<response_status>(form_.status);
    if (status == response_status::completed || status == response_status::amended)
      for (std::size_t i = 0; i < definition_.items.size(); ++i)
        if (definition_.items[i].required && (result_.answered & bit(i)) == 0)
          result_.missing_required |= bit(i);
  }

private:
  void read_answer(const answer_view& answer, std::size_t position) {
    if (answer.link_id.empty()) {
      ++result_.empty_links;
      return;
    }
    const auto found = definition_.find_item(answer.link_id, position);
    if (!found) {
      ++result_.unknown_links;
      return;
    }
    const auto& item = definition_.items[*found];
    if ((seen_ & bit(*found)) != 0)
      result_.repeated |= bit(*found);
    seen_ |= bit(*found);
    const bool has_value = is_filled(answer.value);
    if (has_value && !answer.missing_reason.empty())
      ++result_.valued_and_missing;
    if (item.is_total) {
      if (result_.device_total.empty())
        result_.device_total = answer.value;
    } else if (has_value) {
      take_value(item, *found, answer);
    }
  }

  void take_value(const instrument_item& item, std::uint8_t index, const answer_view& answer) {
    for (const auto code : survey_codes)
      if (answer.value.size() > 1 && equal_ignoring_case(answer.value, code))
        return;
    const auto number = answered_number(item, answer.value);
    if (number)
      raise_alerts(index, *number);
    if (!number || *number < item.minimum || *number > item.maximum ||
        *number != std::floor(*number)) {
      result_.out_of_range |= bit(index);
      return;
    }
    if (!answer.missing_reason.empty())
      return; // Refused and answered at once: no score can be built on it.
    const auto value = static_cast<std::int16_t>(*number);
    if ((result_.answered & bit(index)) != 0 && result_.value[index] != value)
      contradicted_ |= bit(index);
    result_.value[index] = value;
    result_.answered |= bit(index);
  }

  void raise_alerts(std::uint8_t index, double number) {
    for (const auto& rule : definition_.alerts) {
      const bool raised = std::ranges::find(alerts_, rule.rule, &alert::rule) != alerts_.end();
      if (rule.item == index && number >= rule.at_least && !raised)
        alerts_.push_back({rule.rule, rule.urgency});
    }
  }

  const questionnaire_response_view& form_;
  form_result& result_;
  std::pmr::vector<alert>& alerts_;
  const instrument& definition_;
  item_set seen_ = 0;
  item_set contradicted_ = 0;
};

std::string_view band_of(const instrument_scale& scale, double value) {
  std::string_view name;
  for (const auto& band : scale.bands)
    if (value >= band.from)
      name = band.name;
  return name;
}

void score_scale(const instrument_scale& scale, bool is_first, const decide_options& options,
                 form_result& result, std::pmr::vector<score>& scores) {
  int sum = 0;
  std::size_t answered = 0;
  for (const auto item : scale.items) {
    if ((result.answered & bit(item)) == 0)
      continue;
    sum += result.value[item];
    ++answered;
  }
  const bool strict =
      scale.missing_items_by_setting && options.phq9_missing == phq9_missing_items::none_allowed;
  const std::size_t missing = scale.items.size() - answered;
  if (missing > (strict ? 0 : scale.missing_items_max)) {
    result.scale_not_scored = true;
    return;
  }
  // One division of whole numbers: correctly rounded, so the same bits everywhere.
  const double value = static_cast<double>(sum * static_cast<int>(scale.items.size())) /
                       static_cast<double>(answered);
  scores.push_back({.scale = scale.name,
                    .value = value,
                    .band = band_of(scale, value),
                    .algorithm = result.definition->algorithm});
  if (is_first) {
    result.computed_total = value;
    result.total_is_prorated = missing != 0;
  }
}

void raise_score_alert(std::span<const score> scores, const decide_options& options,
                       std::pmr::vector<alert>& alerts) {
  std::optional<urgency> most;
  for (const auto& rule : options.score_alerts)
    if (std::ranges::any_of(scores, rule))
      most = std::max(most.value_or(rule.urgency), rule.urgency);
  if (most)
    alerts.push_back({"score-threshold", *most});
}

/// Counts answers whose link id stood before, in O(n log n): a form may have 10,000.
std::uint32_t count_repeats(std::span<const answer_view> answers,
                            std::pmr::memory_resource& memory) {
  std::pmr::vector<std::string_view> links(&memory);
  links.reserve(answers.size());
  for (const auto& answer : answers)
    if (!answer.link_id.empty())
      links.push_back(answer.link_id);
  std::ranges::sort(links);
  std::uint32_t repeats = 0;
  for (std::size_t i = 1; i < links.size(); ++i)
    repeats += links[i] == links[i - 1] ? 1 : 0;
  return repeats;
}

} // namespace

form_result read_form(const questionnaire_response_view& form, const decide_options& options,
                      std::pmr::memory_resource& memory, std::pmr::vector<score>& scores,
                      std::pmr::vector<alert>& alerts) {
  form_result result;
  result.definition = find_instrument(form[qs::instrument]);
  if (result.definition == nullptr) {
    for (const auto& answer : form.answers) {
      result.empty_links += answer.link_id.empty() ? 1 : 0;
      result.valued_and_missing +=
          is_filled(answer.value) && !answer.missing_reason.empty() ? 1 : 0;
    }
    result.repeated_links = count_repeats(form.answers, memory);
    return result;
  }
  form_reader(form, result, alerts).read();
  const auto status = static_cast<response_status>(form.status);
  if (status == response_status::in_progress || status == response_status::entered_in_error)
    return result;
  for (const auto& scale : result.definition->scales)
    score_scale(scale, &scale == &result.definition->scales.front(), options, result, scores);
  raise_score_alert(scores, options, alerts);
  return result;
}

std::optional<double> parse_number(std::string_view text) {
  constexpr std::size_t bytes_max = 40;
  const auto sign_or_digit = [](char letter) {
    return letter == '-' || letter == '.' || (letter >= '0' && letter <= '9');
  };
  if (text.empty() || text.size() > bytes_max || !std::ranges::all_of(text, sign_or_digit))
    return std::nullopt;
  double number = 0;
  const auto result =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

} // namespace aepro::rules
