#include "actors/validation/rules/predicates.hpp"

namespace aepro::rules {

namespace {

std::string_view first_text(const rule& rule, const record_facts& facts) {
  return facts.texts[rule.first];
}

bool first_is_filled(const rule& rule, const record_facts& facts) {
  return (facts.filled >> rule.first & 1) != 0;
}

void add_with_value(const rule& rule, const record_facts& facts, finding_sink& sink) {
  detail_text detail;
  detail.value(facts.names[rule.first].name, first_text(rule, facts));
  sink.add(rule, detail.view());
}

} // namespace

void has_listed_term(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (first_is_filled(rule, facts) && !is_one_of(first_text(rule, facts), rule.first_terms))
    add_with_value(rule, facts, sink);
}

void is_yes_or_no(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto text = first_text(rule, facts);
  if (!(text.size() == 1 && (text[0] == 'Y' || text[0] == 'N')) && first_is_filled(rule, facts))
    add_with_value(rule, facts, sink);
}

void implies(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const bool condition = rule.first_terms.empty()
                             ? first_is_filled(rule, facts)
                             : is_one_of(first_text(rule, facts), rule.first_terms);
  if (!condition)
    return;
  const bool holds = rule.second_terms.empty()
                         ? (facts.filled >> rule.second & 1) != 0
                         : is_one_of(facts.texts[rule.second], rule.second_terms);
  if (!holds)
    sink.add(rule, show_both(rule, facts).view());
}

void is_absent(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (first_is_filled(rule, facts))
    add_with_value(rule, facts, sink);
}

void is_absent_where_term(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (first_is_filled(rule, facts) && is_one_of(facts.texts[rule.second], rule.second_terms))
    sink.add(rule, show_both(rule, facts).view());
}

void is_not_a_term(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (is_one_of(first_text(rule, facts), rule.first_terms))
    add_with_value(rule, facts, sink);
}

void is_date(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (first_is_filled(rule, facts) && !parse_partial_date(first_text(rule, facts)).legal)
    add_with_value(rule, facts, sink);
}

void is_whole_number(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (!first_is_filled(rule, facts))
    return;
  const auto number = parse_whole_number(first_text(rule, facts));
  const bool allowed =
      number && (*number > 0 || (*number == 0 && is_one_of("0", rule.first_terms)) ||
                 (*number < 0 && is_one_of("negative", rule.first_terms)));
  if (!allowed)
    add_with_value(rule, facts, sink);
}

void is_ordered(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto first = parse_partial_date(facts.texts[rule.first]);
  const auto second = parse_partial_date(facts.texts[rule.second]);
  if (compare(first, second) == date_order::after)
    sink.add(rule, show_both(rule, facts).view());
}

std::optional<std::int32_t> parse_whole_number(std::string_view text) {
  constexpr std::size_t digits_max = 9;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+'))
    text.remove_prefix(1);
  std::int32_t number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    if (digits == digits_max)
      return std::nullopt;
    number = number * 10 + (text[digits] - '0');
    ++digits;
  }
  const auto rest = text.substr(digits);
  const bool zero_fraction =
      rest.size() > 1 && rest[0] == '.' && rest.find_first_not_of('0', 1) == rest.npos;
  if (digits == 0 || (!rest.empty() && !zero_fraction))
    return std::nullopt;
  return negative ? -number : number;
}

detail_text show_both(const rule& rule, const record_facts& facts) {
  detail_text detail;
  detail.value(facts.names[rule.first].name, facts.texts[rule.first]);
  detail.value(facts.names[rule.second].name, facts.texts[rule.second]);
  return detail;
}

} // namespace aepro::rules
