#include "actors/simulate/event_maker.hpp"

#include "actors/publish/published_event.hpp"
#include "actors/simulate/wire_writer.hpp"

#include <fmt/format.h>

#include <array>

namespace aepro {

namespace {

constexpr std::uint64_t day_ms = 86'400'000;
constexpr std::uint64_t subject_content_purpose = 7;

/// Field numbers of Event.
enum field : std::uint32_t {
  event_id = 1,
  study = 2,
  site = 3,
  subject = 4,
  source_system = 5,
  recorded_at = 6,
  sent_at = 7,
  adverse_event = 16,
  questionnaire_response = 17,
  subject_data = 18
};

/// Returns a subject of the same study and site without reference data.
trial_subject unknown_one(const trial_subject& known, std::uint64_t event) {
  auto other = known;
  other.number = fmt::format("9{:03}", event % 1000);
  other.id = known.id.substr(0, known.id.size() - known.number.size()) + other.number;
  other.key = record_key(other.study, other.id);
  return other;
}

} // namespace

void make_event(const trial_plan& plan, std::uint64_t event, const event_form& form,
                simulated_record& record, std::string& body) {
  const bool is_ae = plan.is_adverse_event(event);
  const auto& known = plan.subjects()[plan.subject_of(is_ae ? plan.root_of(event) : event)];
  const auto unknown =
      form.unknown_subject ? std::optional(unknown_one(known, event)) : std::nullopt;
  const auto& owner = unknown ? *unknown : known;
  record.topic = is_ae ? plan.options().adverse_events_topic : plan.options().responses_topic;
  record.key = owner.key;
  record.event_id = form.flaw == rejection::event_id_missing ? std::string() : plan.id_of(event);
  record.value.clear();
  body.clear();
  if (is_ae)
    write_adverse_event(plan, event, form, owner, record, body);
  else
    write_response(plan, event, form, owner, record, body);
  const auto time = plan.time_of(event);
  wire_writer out(record.value);
  out.text(event_id, record.event_id);
  out.text(study, owner.study);
  out.text(site, owner.site);
  out.text(subject, form.flaw == rejection::subject_missing ? std::string_view() : owner.id);
  out.text(source_system, is_ae ? "edc/4.2" : "epro/2.0");
  out.instant(recorded_at, time - 60'000, owner.country.offset_minutes);
  if (form.flaw != rejection::body_missing)
    out.message(is_ae ? adverse_event : questionnaire_response, body);
  out.instant(sent_at, plan.time_of(form.sent), owner.country.offset_minutes);
}

void make_subject(const trial_plan& plan, std::size_t number, simulated_record& record,
                  std::string& body) {
  const auto& one = plan.subjects()[number];
  auto random = plan.stream(number, subject_content_purpose);
  record.topic = plan.options().subjects_topic;
  record.key = one.key;
  // Before every event's id: their time is the trial's start at least.
  const auto id = named_uuid(
      fmt::format("simulated subject\n{}\n{}\n{}", plan.options().seed, one.study, one.id));
  record.event_id = to_string(id);
  body.clear();
  wire_writer fields(body);
  fields.text(1, one.number);
  fields.text(2, date_text(one.first_day));
  fields.text(4, date_text(one.first_day));
  fields.text(6, date_text(one.first_day - 14));
  fields.text(10, one.site);
  fields.text(11, fmt::format("{}", 18 + random.below(62)));
  fields.text(12, "YEARS");
  fields.text(13, random.below(2) == 0 ? "F" : "M");
  fields.text(18, random.below(2) == 0 ? "Pbo" : "Act");
  fields.text(20, one.country.code);
  fields.text(25, one.country.time_zone);
  record.value.clear();
  wire_writer out(record.value);
  out.text(event_id, record.event_id);
  out.text(study, one.study);
  out.text(site, one.site);
  out.text(subject, one.id);
  out.text(source_system, "edc/4.2");
  out.instant(recorded_at, plan.options().start - static_cast<unix_milliseconds>(day_ms),
              one.country.offset_minutes);
  out.message(subject_data, body);
}

} // namespace aepro
