#include "actors/validation/instruments/form_result.hpp"

#include "actors/validation/instruments/form_scores.hpp"
#include "actors/validation/rules/rule.hpp"

#include <algorithm>
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

/// As a person would read it, for alerts alone: blanks around it and a plus say nothing.
std::optional<double> generous_number(const instrument_item& item, std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
  if (text.starts_with('+'))
    text.remove_prefix(1);
  return answered_number(item, text);
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
        if (definition_.items[i].required && !result_.answered[i])
          result_.missing_required.set(i);
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
    if (result_.seen[*found])
      result_.repeated.set(*found);
    result_.seen.set(*found);
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

  bool says_missing(std::string_view text) const {
    const auto is_text = [&](std::string_view code) { return equal_ignoring_case(text, code); };
    return text.size() > 1 && (std::ranges::any_of(survey_codes, is_text) ||
                               std::ranges::any_of(definition_.missing_answers, is_text));
  }

  void take_value(const instrument_item& item, std::uint8_t index, const answer_view& answer) {
    if (says_missing(answer.value))
      return;
    const auto number = answered_number(item, answer.value);
    if (const auto read = number ? number : generous_number(item, answer.value))
      raise_alerts(index, *read);
    if (!number || *number < item.minimum || *number > item.maximum ||
        *number != std::floor(*number)) {
      result_.out_of_range.set(index);
      return;
    }
    if (!answer.missing_reason.empty())
      return; // Refused and answered at once: no score can be built on it.
    const auto value = static_cast<std::int16_t>(*number);
    if (result_.answered[index] && result_.value[index] != value)
      contradicted_.set(index);
    result_.value[index] = value;
    result_.answered.set(index);
  }

  void raise_alerts(std::uint8_t index, double number) {
    for (const auto& rule : definition_.alerts)
      if (rule.item == index && number >= rule.at_least)
        raise_once(rule.rule, rule.urgency, alerts_);
  }

  const questionnaire_response_view& form_;
  form_result& result_;
  std::pmr::vector<alert>& alerts_;
  const instrument& definition_;
  item_set contradicted_;
};

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
  score_form(options, result, scores, alerts);
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
