#pragma once

/// Turns decided records into the rows that the databases store; the audit compares with the same
/// rows.

#include "actors/storage/rows/answer_shapes.hpp"
#include "actors/storage/rows/cell.hpp"
#include "actors/storage/rows/shared_rows.hpp"
#include "actors/storage/rows/stored_text.hpp"

#include <array>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// Bits of `event.flags`. Each Y/N variable has two bits from `flag_shift` on, in the order of
/// `flag_variables()`: 0 absent, 1 N, 2 Y, 3 another value (in `other`).
inline constexpr std::int64_t serious_bit = 1;
inline constexpr std::int64_t subject_known_bit = 2;
inline constexpr int flag_shift = 2;
std::span<const ae> flag_variables();

/// Returns an instant as one number: milliseconds since 1970 * 4096 + offset from UTC in minutes +
/// 2048. Saturates where the milliseconds need more than 51 bits; an offset outside +-2047 counts
/// as 0.
std::int64_t packed_instant(const instant_view& instant);

/// Layouts of `event`, one per kind: the columns that rows of the kind fill.
const row_layout& event_layout(event_kind kind);
const row_layout& finding_layout();
const row_layout& alert_layout();
const row_layout& dead_letter_layout();
const row_layout& conflict_layout();
const row_layout& subject_layout();

/// Index of `lateness_ms` in every event layout: the one column that also depends on when the row
/// was stored.
std::size_t lateness_index();

/// Returns the 16 bytes that name a subject: the first of SHA-256(u32 study length || study ||
/// subject).
event_key subject_row_key(std::string_view study, std::string_view subject);

/// Where a row comes from.
struct row_origin {
  std::int32_t stream_id = 0;
  std::int64_t offset = 0;
  unix_milliseconds timestamp = 0;
};

/// The record that a conflict contradicts.
struct row_reference {
  std::int32_t stream_id = 0;
  std::int64_t offset = 0;
};

/// Each call returns the cells of one row in the order of its layout, valid until the next call.
/// Allocates only where a record needs more room than any before. Used by one thread.
class row_writer {
public:
  static constexpr std::size_t cells_max = 40; ///< No layout has more columns; a test counts them.

  using row = std::span<const cell>;

  /// `lateness_ms` is how long after its deadline the record is stored, 0 where it is in time.
  row event(const row_origin& origin, const decided_record& record, std::int64_t lateness_ms);
  row finding(const row_origin& origin, const aepro::finding& finding);
  row alert(const row_origin& origin, const decided_record& record, const aepro::alert& alert);
  row dead_letter(const row_origin& origin, rejection reason);
  row conflict(const row_origin& origin, const decided_record& record, const row_reference& first);
  row subject(const row_origin& origin, const event_view& event, std::uint32_t version);

  /// The shared rows that event rows refer to; see there for `settle`.
  shared_rows& shared() { return shared_; }

private:
  void begin(bool texts_are_plain);
  void add(const cell& value) { cells_[count_++] = value; }
  void add_text(std::string_view text) { add(optional_text_cell(storable(text))); }
  /// Returns the text as a database can hold it.
  std::string_view storable(std::string_view text) {
    return plain_ ? text : stored_text(text, texts_);
  }
  row cells() const { return {cells_.data(), count_}; }
  void add_adverse_event(const adverse_event_view& body);
  void add_questionnaire_response(const questionnaire_response_view& body,
                                  const decision& decision);
  cell coded(std::span<const std::string_view> codelist, const adverse_event_view& body,
             ae variable);
  template <class Body, class Variables>
  cell refer(shared_table table, const Body& body, const Variables& variables);
  template <class Variable>
  cell integer(std::string_view text, Variable variable, std::int64_t limit);
  template <class Variable>
  cell date(std::string_view text, Variable variable);
  std::string_view write_answers(std::span<const answer_view> answers);
  void write_scores(std::span<const score> scores);
  cell flags(const decided_record& record);
  void add_json_member(std::string& object, std::string_view name, std::string_view value);
  cell json_cell(std::string& object);

  std::array<cell, cells_max> cells_;
  std::size_t count_ = 0;
  bool plain_ = false; ///< The record's texts need no look before they are stored.
  event_key row_key_{};
  std::deque<std::string> texts_; ///< Texts that had to be changed to be storable.
  std::string other_, answers_, scores_;
  answer_shapes shapes_;
  shared_rows shared_;
};

/// Returns the rejection's reason in words, for people who read the dead-letter table.
std::string_view describe(rejection reason);

} // namespace aepro
