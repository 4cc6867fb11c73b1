#pragma once

/// Questionnaires of a subject, one compared with the other after they are stored.

#include "messages/notification.hpp"
#include "messages/score_change.hpp"

#include <string>
#include <vector>

namespace aepro {

struct scale_score {
  std::string scale;
  double value = 0;
  bool operator==(const scale_score&) const = default;
};

/// A change of a form for which an alert was made.
struct raised_change {
  std::string alert, scale;
  change_reference since = change_reference::baseline;
  bool rises = true;
  aepro::urgency urgency = urgency::routine;
  bool told = false; ///< False: the alert was withheld or muted.
  bool operator==(const raised_change&) const = default;
};

/// A stored form, as far as others are compared with it.
struct reviewed_form {
  std::string study, site, subject, instrument;
  std::string form_id; ///< 32 hexadecimal digits, of source system and response id; where the form
                       ///< has no response id, of its record.
  std::int64_t version = 0;        ///< As its sender numbers them.
  unix_milliseconds at = 0;        ///< When it was completed; else received, recorded or published.
  std::int32_t local_day = 0;      ///< Days since 1970-01-01, where it was completed.
  std::vector<scale_score> scores; ///< None: taken back, or not scored any more.
  std::vector<raised_change> raised; ///< Of it, and of its earlier versions.
  unix_milliseconds produced_at = 0; ///< Kafka's timestamp.
  unix_milliseconds durable_at = 0;  ///< When it was stored.
  event_origin origin = event_origin::present;
  stream_name stream;
  std::int64_t offset = 0;
};

using form_list = std::vector<reviewed_form>;

/// Forms of one stream that were not compared with others yet.
struct form_page {
  form_list forms;                  ///< In the order of their records.
  std::int64_t begin_offset = 0;    ///< The stream's cursor: records before it were looked at.
  std::int64_t next_offset = 0;     ///< Where it stands when these are.
  std::int64_t end_offset = 0;      ///< Of the stream.
  std::vector<std::string> damages; ///< Segments that were left out, each with what is wrong.
};

/// What is known of a subject's forms of one instrument.
struct form_history {
  form_list forms;             ///< In no order, each with its latest version.
  std::string treatment_start; ///< RFXSTDTC, else RFSTDTC, of the subject; may be empty.
};

struct changed_score {
  std::string scale;
  change_reference since = change_reference::baseline;
  bool rises = true;
  aepro::urgency urgency = urgency::routine;
  double from = 0, to = 0;
  std::int32_t from_day = 0; ///< Local day of the form that it is compared with.
  bool operator==(const changed_score&) const = default;
};

/// One alert that a form raises, whatever changes lead to it.
struct form_alert {
  reviewed_form form;
  std::string alert;
  std::vector<changed_score> changes;
  bool again = false;     ///< It was raised for this form before.
  std::string cause = {}; ///< The record that has shown it, as TOPIC/PARTITION/OFFSET.

  aepro::urgency urgency() const;
};

/// What new forms make of a history.
struct history_changes {
  form_list kept;                   ///< New, or in place of the version before.
  std::vector<std::string> dropped; ///< Ids of forms that others are not compared with any more.
  std::vector<notification> told;
};

/// What became of a page.
struct form_intake {
  bool moved =
      false; ///< False: the claim or the page is not the present one, and nothing was changed.
  std::size_t told = 0;
};

} // namespace aepro
