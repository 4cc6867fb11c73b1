#include "actors/storage/rows/row_writer.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/validation/sha256.hpp"

#include <algorithm>
#include <array>

namespace aepro {

namespace {

using enum column_type;

// The columns of every kind come first, then those of the kind.
constexpr std::array adverse_event_columns{column{"content_check", int64},
                                           column{"record_offset", int64},
                                           column{"record_timestamp", int64},
                                           column{"place_id", int64},
                                           column{"stream_id", int32},
                                           column{"lateness_ms", int32},
                                           column{"flags", int32},
                                           column{"kind", int16},
                                           column{"event_key", key},
                                           column{"event_id", text},
                                           column{"subject", text},
                                           column{"version", int32},
                                           column{"status", int32},
                                           column{"report_id", text},
                                           column{"other", text},
                                           column{"coding_id", int64},
                                           column{"circumstance_id", int64},
                                           column{"start_date", date},
                                           column{"end_date", date},
                                           column{"aeseq", int32},
                                           column{"aesev", int16},
                                           column{"aeout", int16},
                                           column{"aeacn", int16},
                                           column{"aetoxgr", int16},
                                           column{"aestdy", int16},
                                           column{"aeendy", int16},
                                           column{"aeterm", text}};

constexpr std::array questionnaire_response_columns{column{"content_check", int64},
                                                    column{"record_offset", int64},
                                                    column{"record_timestamp", int64},
                                                    column{"place_id", int64},
                                                    column{"stream_id", int32},
                                                    column{"lateness_ms", int32},
                                                    column{"flags", int32},
                                                    column{"kind", int16},
                                                    column{"event_key", key},
                                                    column{"event_id", text},
                                                    column{"subject", text},
                                                    column{"version", int32},
                                                    column{"status", int32},
                                                    column{"report_id", text},
                                                    column{"other", text},
                                                    column{"form_id", int64},
                                                    column{"started_at", int64},
                                                    column{"completed_at", int64},
                                                    column{"received_at", int64},
                                                    column{"planned_date", date},
                                                    column{"device_total", text},
                                                    column{"answers", text},
                                                    column{"scores", text}};

constexpr std::array subject_event_columns{column{"content_check", int64},
                                           column{"record_offset", int64},
                                           column{"record_timestamp", int64},
                                           column{"place_id", int64},
                                           column{"stream_id", int32},
                                           column{"lateness_ms", int32},
                                           column{"flags", int32},
                                           column{"kind", int16},
                                           column{"event_key", key},
                                           column{"event_id", text},
                                           column{"subject", text}};

constexpr std::array finding_columns{column{"stream_id", int32}, column{"record_offset", int64},
                                     column{"rule", int32}, column{"variable", text},
                                     column{"detail", text}};

constexpr std::array alert_columns{
    column{"stream_id", int32}, column{"record_offset", int64}, column{"record_timestamp", int64},
    column{"event_key", key},   column{"kind", int16},          column{"rule", text},
    column{"urgency", int16},   column{"study", text},          column{"site", text},
    column{"subject", text},    column{"origin", int16}};

constexpr std::array dead_letter_columns{column{"stream_id", int32}, column{"record_offset", int64},
                                         column{"record_timestamp", int64}, column{"code", int16},
                                         column{"reason", text}};

constexpr std::array conflict_columns{column{"stream_id", int32},
                                      column{"record_offset", int64},
                                      column{"record_timestamp", int64},
                                      column{"event_key", key},
                                      column{"kind", int16},
                                      column{"first_stream_id", int32},
                                      column{"first_offset", int64},
                                      column{"study", text},
                                      column{"site", text},
                                      column{"subject", text}};

constexpr std::array subject_columns{column{"subject_key", key},
                                     column{"version", int32},
                                     column{"stream_id", int32},
                                     column{"record_offset", int64},
                                     column{"record_timestamp", int64},
                                     column{"bytes", bytes},
                                     column{"study", text},
                                     column{"site", text},
                                     column{"subject", text},
                                     column{"subjid", text},
                                     column{"rfstdtc", text},
                                     column{"rfendtc", text},
                                     column{"rfxstdtc", text},
                                     column{"rfxendtc", text},
                                     column{"rficdtc", text},
                                     column{"rfpendtc", text},
                                     column{"dthdtc", text},
                                     column{"dthfl", text},
                                     column{"siteid", text},
                                     column{"age", text},
                                     column{"ageu", text},
                                     column{"sex", text},
                                     column{"race", text},
                                     column{"ethnic", text},
                                     column{"armcd", text},
                                     column{"arm", text},
                                     column{"actarmcd", text},
                                     column{"actarm", text},
                                     column{"country", text},
                                     column{"dmdtc", text},
                                     column{"dmdy", text},
                                     column{"dsstdtc", text},
                                     column{"dsdecod", text},
                                     column{"time_zone", text}};

} // namespace

const row_layout& event_layout(event_kind kind) {
  static const row_layout adverse_event{"event", adverse_event_columns};
  static const row_layout questionnaire_response{"event", questionnaire_response_columns};
  static const row_layout subject{"event", subject_event_columns};
  switch (kind) {
    case event_kind::adverse_event: return adverse_event;
    case event_kind::questionnaire_response: return questionnaire_response;
    case event_kind::none:
    case event_kind::subject: return subject;
  }
  return subject;
}

const row_layout& finding_layout() {
  static const row_layout layout{"finding", finding_columns};
  return layout;
}

const row_layout& alert_layout() {
  static const row_layout layout{"alert", alert_columns};
  return layout;
}

const row_layout& dead_letter_layout() {
  static const row_layout layout{"dead_letter", dead_letter_columns};
  return layout;
}

const row_layout& conflict_layout() {
  static const row_layout layout{"conflict", conflict_columns};
  return layout;
}

const row_layout& subject_layout() {
  static const row_layout layout{"subject", subject_columns};
  return layout;
}

std::size_t lateness_index() {
  static const auto found =
      std::find_if(adverse_event_columns.begin(), adverse_event_columns.end(),
                   [](const column& candidate) { return candidate.name == "lateness_ms"; });
  return static_cast<std::size_t>(found - adverse_event_columns.begin());
}

event_key subject_row_key(std::string_view study, std::string_view subject) {
  thread_local sha256 hasher;
  std::string named;
  put_big_endian(named, static_cast<std::uint32_t>(study.size()));
  named.append(study).append(subject);
  const auto digest = hasher(named);
  event_key row_key;
  std::copy_n(digest.begin(), row_key.size(), row_key.begin());
  return row_key;
}

std::string_view describe(rejection reason) {
  switch (reason) {
    case rejection::none: return "accepted";
    case rejection::undecodable: return "not a valid event in the encoding its headers name";
    case rejection::empty_value: return "no value (tombstone) or an empty one";
    case rejection::unknown_content_type: return "content type not known";
    case rejection::body_missing: return "the event has no body";
    case rejection::too_large: return "value over the size limit";
    case rejection::event_id_missing: return "event id missing or longer than 200 bytes";
    case rejection::study_missing: return "study missing";
    case rejection::subject_missing: return "subject missing";
    case rejection::term_missing: return "adverse event without AETERM";
    case rejection::instrument_missing: return "questionnaire response without instrument";
    case rejection::too_many_answers: return "more answers than the limit";
    case rejection::unknown_subject:
      return "subject not known, and the settings reject unknown ones";
    case rejection::unknown_study: return "study not among those the settings list";
    case rejection::processing_failed: return "aepro could not process it; its bytes are kept";
  }
  return "unknown";
}

} // namespace aepro
