#pragma once

/// What decide() says of one record. A value: no clock, no I/O, the same bytes on every machine.

#include "messages/event_view.hpp"
#include "messages/partial_date.hpp"
#include "messages/record.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// What a record counts as; exactly one per record. Only the store can tell the last two.
enum class verdict : std::uint8_t { accepted = 1, rejected = 2, duplicate = 3, conflict = 4 };

/// Why a record cannot be stored or attributed. Stable numbers: they enter the hash chain.
enum class rejection : std::uint8_t {
  none = 0,
  undecodable = 1, ///< Not a valid Event in the encoding that the headers name.
  empty_value = 2, ///< Null (tombstone) or zero bytes.
  unknown_content_type = 3,
  body_missing = 4,
  too_large = 5,        ///< Value over the size limit.
  event_id_missing = 6, ///< Or longer than 200 bytes.
  study_missing = 7,
  subject_missing = 8,
  term_missing = 9, ///< Adverse event without AETERM.
  instrument_missing = 10,
  too_many_answers = 11,
  unknown_subject = 12,   ///< Only where the settings reject unknown subjects.
  unknown_study = 13,     ///< Only where the settings list the studies.
  processing_failed = 14, ///< aepro failed on it, not the record's sender: an exception, or the
                          ///< store refused its values.
};

enum class severity : std::uint8_t { info = 1, warning = 2, error = 3 };

/// One rule that the record breaks. `rule` is the row's number in the rule table (stable, see
/// actors/validation/rules); its text and authority ids are shown from there.
struct finding {
  std::uint16_t rule = 0;
  std::string_view variable; ///< Standard name, static storage.
  std::string_view
      detail; ///< What was seen, without free text of patients; in the batch's arena. May be empty.
};

struct score {
  std::string_view scale; ///< For example "PHQ-9"; static storage.
  double value = 0;       ///< Full precision.
  std::string_view band; ///< For example "moderate"; empty where none is published. Static storage.
  std::string_view algorithm; ///< Version of the scoring, for example "phq9/1". Static storage.
};

enum class urgency : std::uint8_t { routine = 1, urgent = 2, immediate = 3 };

/// An alert that is due: a row of the outbox, born in the record's transaction.
struct alert {
  std::string_view rule; ///< Stable name, for example "serious-adverse-event"; static storage.
  aepro::urgency urgency = urgency::routine;
};

/// Of each record that is rejected as processing_failed: nobody knows what it would have told
/// people.
inline constexpr alert processing_failed_alert{"processing-failed", urgency::urgent};

struct decision {
  aepro::rejection rejection = rejection::none; ///< none: accepted, as far as one record can tell.
  bool serious = false; ///< Derived: AESER or any criterion = Y, FATAL or grade 5.
  bool subject_known = false;
  std::uint32_t context_version = 0;  ///< Of the subject's reference data; 0: none.
  std::pmr::vector<finding> findings; ///< In table order.
  std::pmr::vector<score> scores;
  std::pmr::vector<alert> alerts;
  std::string_view encoded; ///< Canonical bytes (docs/ledger-format.md); in the batch's arena.
};

/// The 16 bytes that identify an event: its id where that is a UUID, else the first 16 bytes of
/// SHA-256(kind, study, id). Ordered as bytes.
using event_key = std::array<std::uint8_t, 16>;

struct decided_record {
  event_key key{};
  bool key_is_id = false;          ///< The event id is the key as a UUID in text form, any case.
  std::uint64_t content_check = 0; ///< XXH3 of what makes content the same over resends.
  aepro::decision decision;
  sha256_digest value_digest{};   ///< SHA-256 of the value; of nothing for a tombstone.
  sha256_digest headers_digest{}; ///< SHA-256 of the headers as docs/ledger-format.md encodes them.
  event_view event;               ///< kind none: could not be decoded.
};

/// A batch with its decisions, on its way to the store. Views point into `raw` and `arena`.
struct decided_batch {
  std::shared_ptr<record_batch> raw;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena;
  std::vector<decided_record> records; ///< One per raw record, same order.
  std::uint32_t rules_version = 0;
  /// zstd-compressed SegmentRecords, made by the validation pool.
  std::string evidence;
};

/// RFSTDTC, RFICDTC, DTHDTC and DSSTDTC of a subject.
using reference_dates = std::array<partial_date, 4>;

/// Reference data of a subject, as decide() sees it.
struct subject_context {
  bool known = false;        ///< False: a negative entry; the rest is empty.
  std::uint32_t version = 0; ///< 1 for the first; assigned by the store.
  reference_dates dates{};   ///< Parsed once for the many events that they are compared with.
  std::string study, subject, site;
  std::string bytes; ///< The Subject message as stored; `view` points into it.
  subject_view view;
};
using subject_context_ptr = std::shared_ptr<const subject_context>;

struct subject_key {
  std::string study;
  std::string subject;
  auto operator<=>(const subject_key&) const = default;
};

/// How many of a batch's records ended as what.
struct verdict_counts {
  std::uint64_t accepted = 0, rejected = 0, duplicate = 0, conflict = 0;
  std::uint64_t total() const { return accepted + rejected + duplicate + conflict; }
  verdict_counts operator-(const verdict_counts& other) const {
    return {accepted - other.accepted, rejected - other.rejected, duplicate - other.duplicate,
            conflict - other.conflict};
  }
  verdict_counts& operator+=(const verdict_counts& other) {
    accepted += other.accepted;
    rejected += other.rejected;
    duplicate += other.duplicate;
    conflict += other.conflict;
    return *this;
  }
};

/// What became of a batch.
struct settlement {
  stream_name stream;
  std::uint64_t epoch = 0;
  std::int64_t begin_offset = 0;
  std::int64_t next_offset = 0; ///< The store's, after it.
  verdict_counts counts;        ///< Of this batch, where this try stored it.
  std::uint64_t late = 0;       ///< Of its accepted records: stored after they were due.
  verdict_counts totals;        ///< Of the stream since its first record: true whoever stored what.
  sha256_digest chain_head{};
};

/// What became of one batch of a group.
struct append_outcome {
  bool committed = false; ///< False: the compare-and-set lost; nothing of this batch was written.
  settlement settled;     ///< As it is in the store now, whether we wrote it or not.
};

/// A node's right to write a stream, fenced by its epoch.
struct stream_claim {
  stream_name stream;
  std::uint64_t epoch = 0;
  std::int64_t next_offset = -1; ///< -1: nothing stored yet.
  sha256_digest chain_head{};
  verdict_counts totals; ///< Of all its records.
};

} // namespace aepro
