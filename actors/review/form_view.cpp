#include "actors/review/form_view.hpp"

#include "actors/storage/rows/stored_text.hpp"
#include "actors/validation/instruments/instrument.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace aepro {

namespace {

/// When the form was completed, as far as anybody says.
instant_view instant_of(const event_view& event, const questionnaire_response_view& form,
                        unix_milliseconds published) {
  for (const auto* instant : {&form.completed_at, &form.received_at, &event.recorded_at})
    if (instant->present)
      return *instant;
  return {.unix_ms = published, .utc_offset_minutes = 0, .present = true};
}

std::int32_t local_day_of(const instant_view& instant) {
  // Beyond this the calendar ends, and sums could overflow.
  constexpr unix_milliseconds limit = std::int64_t{1} << 50;
  using namespace std::chrono;
  const milliseconds local{std::clamp(instant.unix_ms, -limit, limit) +
                           std::int64_t{instant.utc_offset_minutes} * 60'000};
  return static_cast<std::int32_t>(floor<days>(local).count());
}

} // namespace

std::optional<reviewed_form> make_reviewed_form(const event_view& event, const record_view& record,
                                                const stream_name& stream) {
  const auto* form = std::get_if<questionnaire_response_view>(&event.body);
  const auto* definition = form ? find_instrument((*form)[qs::instrument]) : nullptr;
  if (definition == nullptr)
    return std::nullopt;
  const auto instant = instant_of(event, *form, record.timestamp);
  std::deque<std::string> scratch;
  reviewed_form made{.study = std::string(event.study),
                     .site = std::string(event.site),
                     .subject = std::string(event.subject),
                     .instrument = definition->name,
                     .form_id = std::string(stored_text((*form)[qs::response_id], scratch)),
                     .version = form->response_version,
                     .at = instant.unix_ms,
                     .local_day = local_day_of(instant),
                     .scores = {},
                     .produced_at = record.timestamp,
                     .origin = event.origin,
                     .stream = stream,
                     .offset = record.offset};
  if (made.form_id.empty())
    made.form_id = fmt::format("{}/{}/{}", stream.topic, stream.partition, record.offset);
  return made;
}

} // namespace aepro
