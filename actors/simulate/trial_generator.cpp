#include "actors/simulate/trial_generator.hpp"

#include <fmt/format.h>

#include <array>

namespace aepro {

namespace {

constexpr std::uint64_t spoil_purpose = 5; // Shared with repeats: a record is one or the other.
constexpr std::uint64_t trace_purpose = 6;
constexpr std::string_view protobuf_type = "application/x-protobuf";

constexpr std::array<rejection, 5> flaws = {rejection::unknown_content_type,
                                            rejection::body_missing, rejection::event_id_missing,
                                            rejection::subject_missing, rejection::term_missing};

/// A record that cannot be decoded is not serious, has no scores and no id.
void expect_nothing(simulated_record& record) {
  record.serious = false;
  record.alert_count = 0;
  record.event_id.clear();
}

} // namespace

bool trial_generator::next(simulated_record& record) {
  if (position_ == size())
    return false;
  const auto number = position_++;
  record.is_tombstone = false;
  record.verdict = verdict::accepted;
  record.rejection = rejection::none;
  content_type_ = protobuf_type;
  if (number < subject_count()) {
    record.serious = false;
    record.score_count = record.alert_count = 0;
    make_subject(plan_, number, record, body_);
    record.timestamp = plan_.options().start;
  } else {
    make(number - subject_count(), record);
    record.timestamp = plan_.time_of(number - subject_count());
  }
  if (record.rejection != rejection::none) {
    record.verdict = verdict::rejected;
    const bool form_alerts = !record.serious && record.alert_count > 0;
    record.score_count = record.alert_count = 0;
    if (record.serious || form_alerts)
      record.alert_storage[record.alert_count++] =
          form_alerts ? "rejected-form-with-alert" : "rejected-serious-report";
  }
  add_headers(number, record);
  return true;
}

void trial_generator::make(std::uint64_t event, simulated_record& record) {
  const auto role = plan_.role_of(event);
  event_form form{event};
  auto content = event;
  switch (role) {
    case record_role::duplicate:
    case record_role::conflict:
      if (const auto repeated = plan_.repeated_by(event)) {
        content = *repeated;
        form.altered = role == record_role::conflict;
        record.verdict = form.altered ? verdict::conflict : verdict::duplicate;
      }
      break;
    case record_role::unknown_subject: form.unknown_subject = true; break;
    case record_role::undecodable:
    case record_role::empty:
    case record_role::malformed: spoil(event, record); return;
    case record_role::plain: break;
  }
  make_event(plan_, content, form, record, body_);
}

void trial_generator::spoil(std::uint64_t event, simulated_record& record) {
  auto random = plan_.stream(event, spoil_purpose);
  const auto role = plan_.role_of(event);
  event_form form{event};
  if (role == record_role::malformed) {
    auto flaw = flaws[random.below(flaws.size())];
    if (flaw == rejection::term_missing && !plan_.is_adverse_event(event))
      flaw = rejection::instrument_missing;
    form.flaw = record.rejection = flaw;
    make_event(plan_, event, form, record, body_);
    if (flaw == rejection::unknown_content_type) {
      content_type_ = "text/csv";
      expect_nothing(record);
    } else if (flaw == rejection::body_missing) {
      record.serious = false;
      record.alert_count = 0;
    } else if (flaw == rejection::instrument_missing) {
      record.alert_count = 0; // Which answer means what, only the instrument says.
    }
    return;
  }
  make_event(plan_, event, form, record, body_);
  expect_nothing(record);
  if (role == record_role::empty) {
    record.rejection = rejection::empty_value;
    record.is_tombstone = random.below(2) == 0;
    record.value.clear();
    return;
  }
  record.rejection = rejection::undecodable;
  if (random.below(2) == 0) {
    record.value.resize(record.value.size() - 1 -
                        random.below(5)); // The last field is longer than that.
    return;
  }
  record.value.resize(20 + random.below(300));
  for (auto& byte : record.value)
    byte = static_cast<char>(random.next() >> 56);
  record.value[0] = 0x0F; // Field 1 of wire type 7, which does not exist.
}

void trial_generator::add_headers(std::uint64_t number, simulated_record& record) {
  record.header_count = 0;
  const auto add = [&](std::string_view name, std::string_view value) {
    record.header_storage[record.header_count++] = {name, value, false};
  };
  record.number = fmt::format("{}/{}", plan_.options().seed, number);
  add("content-type", content_type_);
  if (plan_.options().record_numbers)
    add(record_number_header, record.number);
  if (plan_.options().trace_context) {
    auto random = plan_.stream(number, trace_purpose);
    record.traceparent.clear();
    const auto first = random.next(), second = random.next(), span = random.next() | 1;
    fmt::format_to(std::back_inserter(record.traceparent), "00-{:016x}{:016x}-{:016x}-01", first,
                   second, span);
    add("traceparent", record.traceparent);
  }
}

} // namespace aepro
