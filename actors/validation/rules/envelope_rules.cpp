#include "actors/validation/rules/finding_sink.hpp"
#include "messages/codec/text_trouble.hpp"

#include <array>

namespace aepro::rules {

namespace {

struct named_instant {
  std::string_view name;
  instant_view instant;
};

constexpr unix_milliseconds year_1900 = -2'208'988'800'000;
constexpr unix_milliseconds year_2200 = 7'258'118'400'000;
constexpr std::int32_t offset_minutes_max = 14 * 60;

const questionnaire_response_view* form_of(const record_facts& facts) {
  return std::get_if<questionnaire_response_view>(&facts.event.body);
}

template <class Visit>
void each_instant(const record_facts& facts, Visit visit) {
  const auto& event = facts.event;
  visit(named_instant{"RECORDED_AT", event.recorded_at});
  visit(named_instant{"SENT_AT", event.sent_at});
  visit(named_instant{"DEADLINE", event.deadline});
  if (const auto* form = form_of(facts)) {
    visit(named_instant{"STARTED_AT", form->started_at});
    visit(named_instant{"COMPLETED_AT", form->completed_at});
    visit(named_instant{"RECEIVED_AT", form->received_at});
  }
}

void subject_is_known(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (!facts.subject.known && facts.event.kind != event_kind::subject)
    sink.add(rule);
}

void site_matches(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& subject = facts.subject;
  if (!subject.known || facts.event.site.empty())
    return;
  const auto siteid = subject.view[dm::siteid];
  const auto known = subject.site.empty() ? siteid : std::string_view(subject.site);
  if (known.empty() || facts.event.site == known || facts.event.site == siteid)
    return;
  detail_text detail;
  detail.value("SITEID", facts.event.site).value("DM.SITEID", known);
  sink.add(rule, detail.view());
}

/// Reports each text with the trouble whose flag is the rule's `first`.
void text_is_clean(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if ((facts.event.text_trouble & rule.first) == 0)
    return;
  const auto check = [&](std::string_view name, std::string_view text) {
    if ((find_text_trouble(text) & rule.first) != 0)
      sink.add(rule, name, {});
  };
  check("EVENT_ID", facts.event.event_id);
  check("STUDYID", facts.event.study);
  check("SITEID", facts.event.site);
  check("USUBJID", facts.event.subject);
  check("SOURCE_SYSTEM", facts.event.source_system);
  check("TRACEPARENT", facts.event.traceparent);
  check("TRACESTATE", facts.event.tracestate);
  for (std::size_t i = 0; i < facts.texts.size(); ++i)
    check(facts.names[i].name, facts.texts[i]);
  const auto* form = form_of(facts);
  std::int64_t troubled = 0;
  if (form != nullptr)
    for (const auto& answer : form->answers)
      troubled += ((find_text_trouble(answer.link_id) | find_text_trouble(answer.value) |
                    find_text_trouble(answer.missing_reason)) &
                   rule.first) != 0
                      ? 1
                      : 0;
  if (troubled == 0)
    return;
  detail_text detail;
  detail << "answers: " << troubled;
  sink.add(rule, "ANSWERS", detail.view());
}

void recorded_is_not_in_future(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& recorded = facts.event.recorded_at;
  if (facts.timestamp < 0 || !recorded.present)
    return;
  if (recorded.unix_ms > facts.timestamp + facts.options.clock_skew_max_ms)
    sink.add(rule);
}

void offsets_exist(const rule& rule, const record_facts& facts, finding_sink& sink) {
  each_instant(facts, [&](const named_instant& named) {
    const auto minutes = named.instant.utc_offset_minutes;
    if (minutes >= -offset_minutes_max && minutes <= offset_minutes_max)
      return;
    detail_text detail;
    detail << std::int64_t{minutes} << " minutes";
    sink.add(rule, named.name, detail.view());
  });
}

void instants_are_plausible(const rule& rule, const record_facts& facts, finding_sink& sink) {
  each_instant(facts, [&](const named_instant& named) {
    if (!named.instant.present ||
        (named.instant.unix_ms >= year_1900 && named.instant.unix_ms < year_2200))
      return;
    detail_text detail;
    detail << named.instant.unix_ms << " ms";
    sink.add(rule, named.name, detail.view());
  });
}

constexpr std::array table{
    rule{.row = {1, "subject-is-known", severity::warning, "USUBJID",
                 "The subject has reference data (DM)", "aepro"},
         .check = subject_is_known},
    rule{.row = {2, "site-matches", severity::warning, "SITEID",
                 "The site is that of the subject's reference data", "aepro"},
         .check = site_matches},
    rule{.row = {3, "text-is-utf8", severity::error, "TEXT", "Texts are valid UTF-8", "RFC 3629"},
         .check = text_is_clean,
         .first = invalid_utf8},
    rule{.row = {4, "text-has-no-nul", severity::error, "TEXT", "Texts hold no NUL character",
                 "aepro"},
         .check = text_is_clean,
         .first = nul_character},
    rule{.row = {5, "text-has-no-control-characters", severity::warning, "TEXT",
                 "Texts hold no control characters but tab and line ends", "aepro"},
         .check = text_is_clean,
         .first = control_character},
    rule{.row = {6, "recorded-is-not-in-future", severity::warning, "RECORDED_AT",
                 "The content was not recorded after the record was published", "aepro"},
         .check = recorded_is_not_in_future},
    rule{.row = {7, "offset-exists", severity::warning, "UTC_OFFSET_MINUTES",
                 "An offset from UTC is at most 14 hours", "aepro"},
         .check = offsets_exist},
    rule{.row = {8, "instant-is-plausible", severity::warning, "UNIX_MILLISECONDS",
                 "An instant lies between the years 1900 and 2200", "aepro"},
         .check = instants_are_plausible},
};

} // namespace

std::span<const rule> envelope_rules() {
  return table;
}

} // namespace aepro::rules
