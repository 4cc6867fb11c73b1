#include "actors/validation/rules/evaluate.hpp"

#include "actors/validation/text_trouble.hpp"

namespace aepro::rules {

namespace {

template <class Variable>
void fill_texts(record_facts& facts, const variable_texts<Variable>& body) {
  facts.texts = body.text;
  facts.names = variable_table<Variable>();
  for (std::size_t i = 0; i < body.text.size(); ++i) {
    if (body.text[i].empty())
      continue;
    facts.text_trouble |= find_text_trouble(body.text[i]);
    if (is_filled(body.text[i]))
      facts.filled |= variable_set{1} << i;
  }
}

void fill_dates(record_facts& facts, const adverse_event_view& report) {
  const auto& reference = facts.subject.view;
  const auto set = [&facts](ae_date which, std::string_view name, std::string_view text) {
    auto& slot = facts.dates[static_cast<std::size_t>(which)];
    slot.name = name;
    slot.text = text;
    if (!text.empty())
      slot.date = parse_partial_date(text);
  };
  set(ae_date::start, "AESTDTC", report[ae::aestdtc]);
  set(ae_date::end, "AEENDTC", report[ae::aeendtc]);
  set(ae_date::collected, "AEDTC", report[ae::aedtc]);
  set(ae_date::awareness, "AWARENESS_DTC", report[ae::awareness_dtc]);
  set(ae_date::reference_start, "DM.RFSTDTC", reference[dm::rfstdtc]);
  set(ae_date::consent, "DM.RFICDTC", reference[dm::rficdtc]);
  set(ae_date::death, "DM.DTHDTC", reference[dm::dthdtc]);
  set(ae_date::disposition, "DM.DSSTDTC", reference[dm::dsstdtc]);
}

void run(std::span<const rule> table, const record_facts& facts, finding_sink& sink) {
  for (const auto& rule : table) {
    if ((facts.filled & rule.needs) != rule.needs)
      continue;
    if (rule.optional && !facts.options.optional_rules.contains(rule.row.number))
      continue;
    rule.check(rule, facts, sink);
  }
}

} // namespace

void fill_facts(record_facts& facts) {
  const auto& event = facts.event;
  for (const auto text : {event.event_id, event.study, event.site, event.subject,
                          event.source_system, event.traceparent, event.tracestate})
    facts.text_trouble |= find_text_trouble(text);
  if (const auto* report = std::get_if<adverse_event_view>(&event.body)) {
    fill_texts(facts, *report);
    fill_dates(facts, *report);
  } else if (const auto* form = std::get_if<questionnaire_response_view>(&event.body)) {
    fill_texts(facts, *form);
    for (const auto& answer : form->answers)
      for (const auto text : {answer.link_id, answer.value, answer.missing_reason})
        facts.text_trouble |= find_text_trouble(text);
  } else if (const auto* subject = std::get_if<subject_view>(&event.body)) {
    fill_texts(facts, *subject);
  }
}

void evaluate(const record_facts& facts, finding_sink& sink) {
  run(envelope_rules(), facts, sink);
  switch (facts.event.kind) {
    case event_kind::none: break;
    case event_kind::adverse_event: run(adverse_event_rules(), facts, sink); break;
    case event_kind::questionnaire_response: run(questionnaire_rules(), facts, sink); break;
    case event_kind::subject: run(subject_rules(), facts, sink); break;
  }
}

} // namespace aepro::rules
