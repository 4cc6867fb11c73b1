#include "actors/notifier/example_changes.hpp"

#include "actors/notifier/example_event.hpp"
#include "actors/review/form_view.hpp"
#include "actors/review/review_plan.hpp"
#include "actors/validation/decide.hpp"
#include "actors/validation/subject_context.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace aepro {

namespace {

/// An example's events, as far as they are compared.
struct event_reader {
  const example_rules& rules;
  unix_milliseconds at;
  form_list forms = {};
  std::map<std::pair<std::string, std::string>, std::string> treatment_starts =
      {}; ///< By study, subject.

  void read(const example_value& value) {
    const auto bytes = make_example_event(value).bytes;
    std::pmr::monotonic_buffer_resource memory;
    event_view event;
    const auto decoded =
        codec::event_decoder(rules.decide.limits()).decode(bytes, {}, memory, event);
    const auto subject = make_subject_context(std::string(event.study), std::string(event.subject),
                                              std::string(event.site), 1, "");
    const auto decided =
        decide({.event = event, .decoded = decoded, .timestamp = at, .subject = *subject},
               rules.decide, memory);
    if (decided.rejection != rejection::none)
      return;
    if (const auto* data = std::get_if<subject_view>(&event.body)) {
      const auto started = (*data)[dm::rfxstdtc];
      treatment_starts[{std::string(event.study), std::string(event.subject)}] =
          started.empty() ? (*data)[dm::rfstdtc] : started;
    }
    const record_view record{.offset = static_cast<std::int64_t>(forms.size()), .timestamp = at};
    auto form = make_reviewed_form(event, record, {"example", 0});
    if (!form)
      return;
    for (const auto& score : decided.scores)
      form->scores.push_back({std::string(score.scale), score.value});
    forms.push_back(std::move(*form));
  }
};

bool is_of(const reviewed_form& form, const reviewed_form& other) {
  return form.study == other.study && form.subject == other.subject &&
         form.instrument == other.instrument;
}

} // namespace

std::vector<form_alert> example_changes(const alert_example& example, unix_milliseconds at,
                                        const example_rules& rules) {
  event_reader events{rules, at};
  for (const auto& value : example.before)
    events.read(value);
  const auto before = events.forms.size();
  events.read(example.event);
  if (events.forms.size() == before)
    return {};
  const auto last = events.forms.back();
  std::erase_if(events.forms, [&](const reviewed_form& form) { return !is_of(form, last); });
  auto outcome = plan_review({{}, events.treatment_starts[{last.study, last.subject}]},
                             events.forms, {rules.changes});
  std::erase_if(outcome.alerts,
                [&](const form_alert& alert) { return alert.form.offset != last.offset; });
  return std::move(outcome.alerts);
}

} // namespace aepro
