#include "actors/validation/rules/predicates.hpp"

#include <charconv>

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
  const bool allowed = number
                       && (*number > 0 || (*number == 0 && is_one_of("0", rule.first_terms))
                           || (*number < 0 && is_one_of("negative", rule.first_terms)));
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
  if (const auto dot = text.find('.'); dot != text.npos && dot + 1 < text.size()
                                       && text.find_first_not_of('0', dot + 1) == text.npos)
    text = text.substr(0, dot);
  if (text.empty() || text.size() > digits_max || text.front() == '-')
    return std::nullopt;
  std::int32_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size())
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
