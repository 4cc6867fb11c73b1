#include "test/support/case_reports.hpp"

#include "test/support/test_events.hpp"

#include "aepro/v1/event.pb.h"

namespace aepro::test {

std::string report_value(const report_text& text) {
  v1::Event event;
  event.set_event_id(ordered_id(text.id));
  event.set_study(text.study);
  event.set_site("701");
  event.set_subject("01-701-1015");
  auto& body = *event.mutable_adverse_event();
  body.set_report_id(text.report);
  body.set_report_version(text.version);
  body.set_report_kind(text.nullifies ? v1::REPORT_KIND_NULLIFICATION : v1::REPORT_KIND_FOLLOW_UP);
  body.set_aeterm(text.term);
  body.set_aeser(text.serious ? "Y" : "N");
  if (text.fatal)
    body.set_aesdth("Y");
  body.set_aesuspected(text.unexpected ? "Y" : "N");
  body.set_aeexpected(text.unexpected ? "N" : "Y");
  body.set_awareness_dtc(text.awareness);
  return event.SerializeAsString();
}

} // namespace aepro::test
