#include "actors/validation/rules/adverse_event_checks.hpp"

#include "actors/validation/rules/predicates.hpp"
#include "actors/validation/seriousness.hpp"

#include <algorithm>

namespace aepro::rules {

namespace {

constexpr ae meddra_codes[] = {ae::aelltcd,  ae::aeptcd,   ae::aehltcd,
                               ae::aehlgtcd, ae::aebdsycd, ae::aesoccd};

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool is_yes(std::string_view flag) {
  return flag.size() == 1 && flag[0] == 'Y';
}

bool names_a_criterion(const record_facts& facts) {
  return std::ranges::any_of(seriousness_criteria,
                             [&](ae criterion) { return is_yes(facts.text(criterion)); });
}

std::optional<std::int32_t> study_day_given(const rule& rule, const record_facts& facts) {
  return rule.first == static_cast<std::uint8_t>(ae::aestdy) ? facts.start_day : facts.end_day;
}

ae_date first_date(const rule& rule) {
  return static_cast<ae_date>(rule.first);
}
ae_date second_date(const rule& rule) {
  return static_cast<ae_date>(rule.second);
}

const adverse_event_view& report_of(const record_facts& facts) {
  return *std::get_if<adverse_event_view>(&facts.event.body);
}

void show(detail_text& detail, const named_date& date) {
  detail.value(date.name, date.text);
}

void show(detail_text& detail, const record_facts& facts, ae variable) {
  detail.value(name_of(variable), facts.text(variable));
}

} // namespace

void criterion_makes_serious(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (is_yes(facts.text(ae::aeser)) || !names_a_criterion(facts))
    return;
  detail_text detail;
  show(detail, facts, ae::aeser);
  for (const auto criterion : seriousness_criteria)
    if (is_yes(facts.text(criterion)))
      show(detail, facts, criterion);
  sink.add(rule, detail.view());
}

void serious_names_a_criterion(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.text(ae::aeser) == "N" || names_a_criterion(facts))
    return;
  detail_text detail;
  show(detail, facts, ae::aeser);
  sink.add(rule, detail.view());
}

void death_is_in_reference_data(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (!facts.subject.known || facts.subject.view[dm::dthfl] == "Y" ||
      !is_one_of(facts.texts[rule.first], rule.first_terms))
    return;
  detail_text detail;
  detail.value(facts.names[rule.first].name, facts.texts[rule.first]);
  detail.value("DM.DTHFL", facts.subject.view[dm::dthfl]);
  sink.add(rule, detail.view());
}

void has_time_point(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto wanted = (variable_set{1} << rule.first) | (variable_set{1} << rule.second);
  if ((facts.filled & wanted) == 0 && facts.text(ae::aeoccur) != "N")
    sink.add(rule);
}

void is_legal_date(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto date = facts.named(first_date(rule));
  if (date.date.legal)
    return;
  detail_text detail;
  show(detail, date);
  sink.add(rule, detail.view());
}

void is_not_after(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (compare(facts.date(first_date(rule)), facts.date(second_date(rule))) != date_order::after)
    return;
  detail_text detail;
  show(detail, facts.named(first_date(rule)));
  show(detail, facts.named(second_date(rule)));
  sink.add(rule, detail.view());
}

void is_not_in_future(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (compare(facts.date(first_date(rule)), facts.latest_day) != date_order::after)
    return;
  detail_text detail;
  show(detail, facts.named(first_date(rule)));
  sink.add(rule, detail.view());
}

void is_right_study_day(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto right = study_day(facts.date(second_date(rule)), facts.date(ae_date::reference_start));
  if (!right || study_day_given(rule, facts) == right)
    return;
  detail_text detail;
  detail.value(facts.names[rule.first].name, facts.texts[rule.first]);
  show(detail, facts.named(second_date(rule)));
  show(detail, facts.named(ae_date::reference_start));
  detail << ", expected " << std::int64_t{*right};
  sink.add(rule, detail.view());
}

void is_study_day(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto day = study_day_given(rule, facts);
  if (day && *day != 0)
    return;
  detail_text detail;
  detail.value(facts.names[rule.first].name, facts.texts[rule.first]);
  sink.add(rule, detail.view());
}

void has_no_imputed_study_day(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const bool reference_is_partial =
      facts.subject.known && !facts.date(ae_date::reference_start).has_full_date();
  if (facts.date(second_date(rule)).has_full_date() && !reference_is_partial)
    return;
  detail_text detail;
  detail.value(facts.names[rule.first].name, facts.texts[rule.first]);
  show(detail, facts.named(second_date(rule)));
  if (reference_is_partial)
    show(detail, facts.named(ae_date::reference_start));
  sink.add(rule, detail.view());
}

void study_days_are_ordered(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.start_day && facts.end_day && *facts.start_day > *facts.end_day)
    sink.add(rule, show_both(rule, facts).view());
}

void is_toxicity_grade(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (toxicity_grade(facts.text(ae::aetoxgr)) != 0)
    return;
  detail_text detail;
  show(detail, facts, ae::aetoxgr);
  sink.add(rule, detail.view());
}

void grade_5_is_fatal(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (toxicity_grade(facts.text(ae::aetoxgr)) != 5 || facts.text(ae::aeout) == "FATAL")
    return;
  sink.add(rule, show_both(rule, facts).view());
}

void fatal_is_grade_5(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.text(ae::aeout) == "FATAL" && toxicity_grade(facts.text(ae::aetoxgr)) != 5)
    sink.add(rule, show_both(rule, facts).view());
}

void is_meddra_code(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto code = facts.texts[rule.first];
  if (code.size() == 8 && code.starts_with("10") && std::ranges::all_of(code, is_digit))
    return;
  detail_text detail;
  detail.value(facts.names[rule.first].name, code);
  sink.add(rule, detail.view());
}

void codes_name_their_dictionary(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.has(ae::meddra_version))
    return;
  for (const auto code : meddra_codes) {
    if (facts.has(code)) {
      sink.add(rule, name_of(code));
      return;
    }
  }
}

void is_dictionary_version(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto version = facts.text(ae::meddra_version);
  const auto dot = version.find('.');
  const bool good = dot != version.npos && dot >= 1 && dot <= 2 && version.size() == dot + 2 &&
                    std::ranges::all_of(version.substr(0, dot), is_digit) &&
                    is_digit(version.back());
  if (good)
    return;
  detail_text detail;
  show(detail, facts, ae::meddra_version);
  sink.add(rule, detail.view());
}

void is_causality_term(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto listed = facts.options.causality_terms.find(facts.event.study);
  if (listed == facts.options.causality_terms.end() ||
      std::ranges::find(listed->second, facts.text(ae::aerel)) != listed->second.end())
    return;
  detail_text detail;
  show(detail, facts, ae::aerel);
  sink.add(rule, detail.view());
}

void serious_report_has(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.serious && (facts.filled >> rule.first & 1) == 0)
    sink.add(rule);
}

void suspicion_needs_expectedness(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.serious && means_yes(facts.text(ae::aesuspected)) && !facts.has(ae::aeexpected))
    sink.add(rule);
}

void later_kind_has_later_version(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& report = report_of(facts);
  const auto kind = static_cast<report_kind>(report.kind);
  const bool later = kind == report_kind::follow_up || kind == report_kind::amendment ||
                     kind == report_kind::nullification;
  if (!later || report.report_version > 1)
    return;
  detail_text detail;
  detail << "kind " << std::int64_t{report.kind} << ", version "
         << std::int64_t{report.report_version};
  sink.add(rule, detail.view());
}

void initial_is_version_1(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& report = report_of(facts);
  if (report.kind != static_cast<std::int32_t>(report_kind::initial) || report.report_version <= 1)
    return;
  detail_text detail;
  detail << "version " << std::int64_t{report.report_version};
  sink.add(rule, detail.view());
}

void kind_is_known(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto kind = report_of(facts).kind;
  if (kind >= 0 && kind <= static_cast<std::int32_t>(report_kind::nullification))
    return;
  detail_text detail;
  detail << "kind " << std::int64_t{kind};
  sink.add(rule, detail.view());
}

} // namespace aepro::rules
