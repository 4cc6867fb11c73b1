#include "actors/review/form_view.hpp"

#include "actors/common/parts_digest.hpp"
#include "actors/validation/instruments/instrument.hpp"

#include <algorithm>
#include <chrono>

namespace aepro {

namespace {

/// Devices whose clock was never set say 1970, and some say anything.
bool is_plausible(const instant_view& instant) {
  constexpr unix_milliseconds year_1990 = 631'152'000'000, year_2200 = 7'258'118'400'000;
  return instant.present && instant.unix_ms >= year_1990 && instant.unix_ms < year_2200;
}

/// When the form was completed, as far as anybody says.
instant_view instant_of(const event_view& event, const questionnaire_response_view& form,
                        unix_milliseconds published) {
  for (const auto* instant : {&form.completed_at, &form.received_at, &event.recorded_at})
    if (is_plausible(*instant))
      return *instant;
  return {.unix_ms = published, .utc_offset_minutes = 0, .present = true};
}

std::int32_t local_day_of(const instant_view& instant) {
  constexpr unix_milliseconds year_10000 = 253'402'300'800'000; // The calendar's end.
  constexpr std::int64_t day_minutes = 24 * 60;
  using namespace std::chrono;
  const milliseconds at{std::clamp(instant.unix_ms, std::int64_t{0}, year_10000)};
  const minutes offset{
      std::clamp<std::int64_t>(instant.utc_offset_minutes, -day_minutes, day_minutes)};
  return static_cast<std::int32_t>(floor<days>(at + offset).count());
}

std::string id_of(const event_view& event, std::string_view response_id, const record_view& record,
                  const stream_name& stream) {
  constexpr std::size_t digits = 32;
  if (!response_id.empty())
    return parts_digest({event.source_system, response_id}, digits);
  return parts_digest(
      {stream.topic, std::to_string(stream.partition), std::to_string(record.offset)}, digits);
}

} // namespace

std::optional<reviewed_form> make_reviewed_form(const event_view& event, const record_view& record,
                                                const stream_name& stream) {
  const auto* form = std::get_if<questionnaire_response_view>(&event.body);
  const auto* definition = form ? find_instrument((*form)[qs::instrument]) : nullptr;
  if (definition == nullptr)
    return std::nullopt;
  const auto instant = instant_of(event, *form, record.timestamp);
  reviewed_form made{.study = std::string(event.study),
                     .site = std::string(event.site),
                     .subject = std::string(event.subject),
                     .instrument = definition->name,
                     .form_id = id_of(event, (*form)[qs::response_id], record, stream),
                     .version = form->response_version,
                     .at = instant.unix_ms,
                     .local_day = local_day_of(instant),
                     .scores = {},
                     .raised = {},
                     .produced_at = record.timestamp,
                     .origin = event.origin,
                     .stream = stream,
                     .offset = record.offset};
  return made;
}

} // namespace aepro
