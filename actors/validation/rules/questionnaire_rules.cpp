#include "actors/validation/instruments/form_result.hpp"
#include "actors/validation/rules/predicates.hpp"

#include <array>
#include <cmath>

namespace aepro::rules {

namespace {

using std::string_view;

constexpr string_view zero[] = {"0"};
constexpr auto info = severity::info;
constexpr auto warning = severity::warning;
constexpr auto error = severity::error;
constexpr unix_milliseconds day_ms = 24 * 60 * 60 * 1000;
/// Instants within the years that calendars can handle; differences of others could overflow.
constexpr unix_milliseconds plausible_ms = 400LL * 365 * day_ms;

constexpr std::uint8_t at(qs variable) {
  return static_cast<std::uint8_t>(variable);
}

const questionnaire_response_view& form_of(const record_facts& facts) {
  return *std::get_if<questionnaire_response_view>(&facts.event.body);
}

bool is_plausible(const instant_view& instant) {
  return instant.present && instant.unix_ms > -plausible_ms && instant.unix_ms < plausible_ms;
}

/// Names items by their own link ids, never by what the form wrote.
void add_items(const rule& rule, const record_facts& facts, const item_set& items,
               finding_sink& sink) {
  if (items.none())
    return;
  detail_text detail;
  const auto& definition = *facts.form->definition;
  for (std::size_t i = 0; i < definition.items.size(); ++i)
    if (items[i])
      detail << (detail.view().empty() ? "" : ", ") << definition.items[i].link_id;
  sink.add(rule, detail.view());
}

void add_count(const rule& rule, std::uint32_t count, finding_sink& sink) {
  if (count == 0)
    return;
  detail_text detail;
  detail << "answers: " << std::int64_t{count};
  sink.add(rule, detail.view());
}

void instrument_is_known(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.form->definition == nullptr)
    sink.add(rule);
}

void links_are_unique(const rule& rule, const record_facts& facts, finding_sink& sink) {
  add_items(rule, facts, facts.form->repeated, sink);
  add_count(rule, facts.form->repeated_links, sink);
}

void links_are_known(const rule& rule, const record_facts& facts, finding_sink& sink) {
  add_count(rule, facts.form->unknown_links, sink);
}

void links_are_filled(const rule& rule, const record_facts& facts, finding_sink& sink) {
  add_count(rule, facts.form->empty_links, sink);
}

void answers_are_offered(const rule& rule, const record_facts& facts, finding_sink& sink) {
  add_items(rule, facts, facts.form->out_of_range, sink);
}

void missing_has_no_value(const rule& rule, const record_facts& facts, finding_sink& sink) {
  add_count(rule, facts.form->valued_and_missing, sink);
}

void required_are_answered(const rule& rule, const record_facts& facts, finding_sink& sink) {
  add_items(rule, facts, facts.form->missing_required, sink);
}

void scale_is_scored(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (facts.form->scale_not_scored)
    sink.add(rule);
}

void total_is_a_number(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto total = facts.form->device_total;
  if (!is_filled(total) || parse_number(total))
    return;
  detail_text detail;
  detail.value("DEVICE_TOTAL", total);
  sink.add(rule, detail.view());
}

void total_is_right(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto shown = parse_number(facts.form->device_total);
  const auto computed = facts.form->computed_total;
  if (!shown || !computed)
    return;
  // A device may round what the mean of the answered items gives, but no more than that.
  const double tolerance = facts.form->total_is_prorated ? 0.5 : 0.0;
  if (std::abs(*shown - *computed) <= tolerance)
    return;
  detail_text detail;
  detail << "shown " << *shown << ", computed " << *computed;
  sink.add(rule, detail.view());
}

void duration_is_not_negative(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& form = form_of(facts);
  if (!is_plausible(form.started_at) || !is_plausible(form.completed_at) ||
      form.completed_at.unix_ms >= form.started_at.unix_ms)
    return;
  detail_text detail;
  detail << form.completed_at.unix_ms - form.started_at.unix_ms << " ms";
  sink.add(rule, detail.view());
}

void received_after_completion(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& form = form_of(facts);
  if (!is_plausible(form.completed_at) || !is_plausible(form.received_at) ||
      form.completed_at.unix_ms <= form.received_at.unix_ms + facts.options.clock_skew_max_ms)
    return;
  detail_text detail;
  detail << "device ahead by " << form.completed_at.unix_ms - form.received_at.unix_ms << " ms";
  sink.add(rule, detail.view());
}

void completion_is_not_in_future(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& completed = form_of(facts).completed_at;
  if (facts.timestamp < 0 || !is_plausible(completed) ||
      completed.unix_ms <= facts.timestamp + facts.options.clock_skew_max_ms)
    return;
  detail_text detail;
  detail << "ahead by " << completed.unix_ms - facts.timestamp << " ms";
  sink.add(rule, detail.view());
}

/// The day on which the form was completed where the subject was, by the offset that the device's
/// clock showed: no time-zone tables, which differ between machines.
void entry_is_in_window(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& completed = form_of(facts).completed_at;
  const auto planned = day_number(parse_partial_date(facts.text(qs::planned_dtc)));
  const auto window = parse_whole_number(facts.text(qs::window_days));
  if (!is_plausible(completed) || !planned || !window || *window < 0)
    return;
  const auto local_ms = completed.unix_ms + completed.utc_offset_minutes * std::int64_t{60'000};
  const auto day = local_ms / day_ms - (local_ms % day_ms < 0 ? 1 : 0);
  const auto deviation = day - *planned;
  if (std::abs(deviation) <= *window)
    return;
  detail_text detail;
  detail << "day " << deviation << " of a window of " << std::int64_t{*window};
  sink.add(rule, detail.view());
}

void status_is_known(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto status = form_of(facts).status;
  if (status > 0 && status <= static_cast<std::int32_t>(response_status::stopped))
    return;
  detail_text detail;
  detail << "status " << std::int64_t{status};
  sink.add(rule, detail.view());
}

void amendment_has_later_version(const rule& rule, const record_facts& facts, finding_sink& sink) {
  const auto& form = form_of(facts);
  if (form.status != static_cast<std::int32_t>(response_status::amended) ||
      form.response_version > 1)
    return;
  detail_text detail;
  detail << "version " << std::int64_t{form.response_version};
  sink.add(rule, detail.view());
}

void visit_is_a_number(const rule& rule, const record_facts& facts, finding_sink& sink) {
  if (!parse_number(facts.text(qs::visitnum)))
    sink.add(rule);
}

constexpr std::array table{
    rule{.row = {300, "instrument-is-known", info, "INSTRUMENT",
                 "The instrument has a definition; without one a form is kept but not scored",
                 "aepro"},
         .check = instrument_is_known},
    rule{.row = {301, "link-ids-are-unique", error, "LINK_ID",
                 "Each item is answered once; contradicting answers count as missing",
                 "FHIR R4 QuestionnaireResponse"},
         .check = links_are_unique},
    rule{.row = {302, "link-ids-are-known", warning, "LINK_ID",
                 "Each answer belongs to an item of the instrument",
                 "FHIR R4 QuestionnaireResponse"},
         .check = links_are_known},
    rule{.row = {303, "link-ids-are-filled", error, "LINK_ID", "Each answer names its item",
                 "FHIR R4 QuestionnaireResponse"},
         .check = links_are_filled},
    rule{.row = {304, "answer-is-offered", error, "VALUE",
                 "An answer is one that the item offers; others count as missing", "aepro"},
         .check = answers_are_offered},
    rule{.row = {305, "missing-has-no-value", warning, "MISSING_REASON",
                 "An answer with a reason for being missing has no value", "CORE-000099, CG0422"},
         .check = missing_has_no_value},
    rule{.row = {306, "required-are-answered", warning, "ANSWERS",
                 "A completed or amended form answers every required item",
                 "FHIR R4 QuestionnaireResponse"},
         .check = required_are_answered},
    rule{.row = {307, "scale-is-scored", info, "ANSWERS", "Enough items are answered for a score",
                 "scoring of the instrument"},
         .check = scale_is_scored},
    rule{.row = {308, "device-total-is-a-number", warning, "DEVICE_TOTAL",
                 "The total that the device shows is a number", "aepro"},
         .check = total_is_a_number},
    rule{.row = {309, "device-total-is-right", warning, "DEVICE_TOTAL",
                 "The total that the device shows equals the total of the answers", "aepro"},
         .check = total_is_right},
    rule{.row = {320, "duration-is-not-negative", warning, "COMPLETED_AT",
                 "A form is not completed before it was started", "aepro"},
         .check = duration_is_not_negative},
    rule{.row = {321, "received-after-completion", warning, "RECEIVED_AT",
                 "A form is not received before it was completed", "aepro"},
         .check = received_after_completion},
    rule{.row = {322, "completion-is-not-in-future", warning, "COMPLETED_AT",
                 "A form was not completed after the record was published", "aepro"},
         .check = completion_is_not_in_future},
    rule{.row = {323, "entry-is-in-window", warning, "COMPLETED_AT",
                 "A form is completed within the planned visit's window", "aepro"},
         .check = entry_is_in_window,
         .needs = set_of(qs::planned_dtc) | set_of(qs::window_days)},
    rule{.row = {324, "planned-dtc-is-a-date", error, "PLANNED_DTC",
                 "Dates are ISO 8601 and on the calendar", "SD0003, FDAC038"},
         .check = is_date,
         .needs = set_of(qs::planned_dtc),
         .first = at(qs::planned_dtc)},
    rule{.row = {325, "window-days-is-a-number", warning, "WINDOW_DAYS",
                 "A window is a whole number of days, not negative", "aepro"},
         .check = is_whole_number,
         .needs = set_of(qs::window_days),
         .first = at(qs::window_days),
         .first_terms = zero},
    rule{.row = {326, "visitnum-is-a-number", warning, "VISITNUM", "VISITNUM is a number",
                 "SDTMIG 3.4"},
         .check = visit_is_a_number,
         .needs = set_of(qs::visitnum)},
    rule{.row = {330, "status-is-known", warning, "STATUS",
                 "The form's status is one that this version knows",
                 "FHIR R4 QuestionnaireResponse"},
         .check = status_is_known},
    rule{.row = {331, "amendment-has-later-version", warning, "RESPONSE_VERSION",
                 "An amended form has a version above 1", "aepro"},
         .check = amendment_has_later_version},
};

} // namespace

std::span<const rule> questionnaire_rules() {
  return table;
}

} // namespace aepro::rules
