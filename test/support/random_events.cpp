#include "test/support/random_events.hpp"

#include "aepro/v1/event.pb.h"

#include <array>

namespace aepro::test {

namespace {

constexpr std::array odd_values{"",        " ",           "Y",          "N",
                                "y",       "U",           "FATAL",      "MILD",
                                "Severe",  "5",           "GRADE 4",    "2014-01-03",
                                "2014-01", "2014",        "2014-13-40", "2014-01-03T12:30:00+02:00",
                                "--12-15", "0",           "1",          "-1",
                                "3.0",     "99999999999", "10019211",   "RECOVERED/RESOLVED",
                                "OTHER",   "NaN",         "z\xc5\x82y", "tab\there",
                                "esc\x1b"};
constexpr std::array flags{"", "", "N", "N", "N", "Y"};
constexpr std::array dates{"2014-01-03", "2014-01-11", "2014-02", "2014", "2013-12-31T10:00"};

} // namespace

std::string random_events::value_for(const std::string& field) {
  if (below(8) == 0)
    return odd_values[below(odd_values.size())];
  if (field.ends_with("dtc"))
    return dates[below(dates.size())];
  if (field.starts_with("aes") && field != "aesev" && field != "aestat")
    return flags[below(flags.size())];
  if (field.ends_with("dy"))
    return std::to_string(static_cast<int>(below(20)) - 5);
  return below(2) == 0 ? "" : "TEXT " + std::to_string(below(1000));
}

std::string random_events::next_subject() {
  v1::Subject subject;
  const auto& descriptor = *subject.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i)
    if (below(2) == 0)
      subject.GetReflection()->SetString(&subject, descriptor.field(i),
                                         value_for(descriptor.field(i)->name()));
  return subject.SerializeAsString();
}

std::string random_events::next() {
  v1::Event event;
  event.set_event_id(below(50) == 0 ? "" : "e-" + std::to_string(below(1'000'000)));
  event.set_study(below(50) == 0 ? "" : "S" + std::to_string(below(2)));
  event.set_subject(below(50) == 0 ? "" : "P" + std::to_string(below(20)));
  event.set_site(below(3) == 0 ? "" : "0" + std::to_string(below(3)));
  if (below(2) == 0)
    event.mutable_recorded_at()->set_unix_milliseconds(static_cast<std::int64_t>(random_()));
  if (below(2) == 0) {
    auto& report = *event.mutable_adverse_event();
    const auto& descriptor = *report.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i)
      if (descriptor.field(i)->type() == google::protobuf::FieldDescriptor::TYPE_STRING)
        report.GetReflection()->SetString(&report, descriptor.field(i),
                                          value_for(descriptor.field(i)->name()));
    report.set_report_version(static_cast<std::uint32_t>(below(3)));
    report.set_report_kind(static_cast<v1::ReportKind>(below(6)));
  } else if (below(10) == 0) {
    event.mutable_subject_data()->ParseFromString(next_subject());
  } else {
    constexpr std::array instruments{"PHQ-9", "GAD-7", "PAIN-NRS", "OTHER", ""};
    auto& form = *event.mutable_questionnaire_response();
    form.set_instrument(instruments[below(instruments.size())]);
    form.set_status(static_cast<v1::ResponseStatus>(below(7)));
    form.set_device_total(below(2) == 0 ? "" : std::to_string(below(28)));
    form.mutable_completed_at()->set_unix_milliseconds(
        static_cast<std::int64_t>(below(2'000'000'000'000)));
    form.set_planned_dtc(value_for("planned_dtc"));
    form.set_window_days(value_for("window"));
    const bool in_order = below(2) == 0;
    for (std::size_t i = in_order ? 9 : below(12); i > 0; --i) {
      auto& answer = *form.add_answers();
      answer.set_link_id(below(40) == 0 ? "x" : std::to_string(in_order ? i : below(11)));
      answer.set_value(below(30) == 0 ? value_for("") : std::to_string(below(4)));
      answer.set_missing_reason(below(40) == 0 ? "REFUSED" : "");
    }
  }
  auto bytes = event.SerializeAsString();
  if (below(20) == 0 && !bytes.empty())
    bytes[below(bytes.size())] = static_cast<char>(below(256));
  return bytes;
}

} // namespace aepro::test
