#pragma once

/// Regulatory clocks: by when a case must be reported to whom, and what became of it.

#include "messages/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aepro {

/// What one version of a report says to the clocks of its case. A record that is no version of any
/// report (it has no report id, or its id belongs to another record) is a case of its own.
struct case_version {
  std::string study, report_id, site, subject;
  std::int64_t version = 0;            ///< As its sender numbers them; 0: it does not.
  bool nullifies = false;              ///< Takes the report back.
  bool serious = false, grave = false; ///< Grave: fatal or life-threatening.
  bool unexpected = false;             ///< Serious, suspected and unexpected.
  std::string awareness;               ///< AWARENESS_DTC as its source wrote it; may be empty.
  unix_milliseconds received_at =
      0; ///< Kafka's timestamp of the record; where it has none, when it was stored.
  stream_name stream;
  std::int64_t offset = 0;
};

/// Stable numbers: they are in the store.
enum class clock_state : std::uint8_t {
  running = 1,
  done = 2,      ///< What was due was submitted, somebody says.
  stopped = 3,   ///< The report was nullified, or somebody says that nothing is due.
  withdrawn = 4, ///< An earlier version that came later has shown that nothing had begun.
};

/// One thing that is due for a case.
struct regulatory_clock {
  std::int64_t id = 0; ///< Of the store; 0 before it is there.
  std::string key;     ///< 32 hexadecimal digits; the same whichever node makes it. Unique.
  std::string study, report_id, site, subject;
  std::string kind, authority; ///< As the settings name them.
  std::string time_zone;       ///< Of its dates: the sponsor's, when it was made.
  std::int64_t version = 0;    ///< Of the report, that qualified it.
  stream_name stream;          ///< The record of that version.
  std::int64_t offset = 0;
  unix_milliseconds awareness_at =
      0; ///< When the sponsor had the information that qualified the case.
  unix_milliseconds qualified_at = 0; ///< When the version that qualified it was published.
  std::int32_t day_zero = 0;          ///< Days since 1970-01-01: the day that does not count.
  unix_milliseconds due_at = 0;       ///< The last millisecond in time.
  std::vector<std::int64_t>
      reminders; ///< Milliseconds before `due_at` at which people are told, longest first.
  /// How long before `due_at` that was which people were told last, or need not be told; 0: that it
  /// was missed.
  std::int64_t told_before = 0;
  unix_milliseconds next_at = 0; ///< When people are to be told something next; 0: never.
  clock_state state = clock_state::running;
  bool ended_by_person = false;
  unix_milliseconds made_at = 0, ended_at = 0; ///< ended_at 0: not yet.
  std::string ended_by, ended_reason;
  std::int64_t revision =
      0; ///< Rises with each change: who has read an earlier one changes nothing.
};

inline constexpr std::int64_t nothing_told = std::int64_t{1} << 62;

/// A state as people see it: of running ones, those that should have been done by now are missed.
enum class shown_clock_state : std::uint8_t { running, missed, done, stopped, withdrawn };

std::string_view name_of(shown_clock_state state);
shown_clock_state shown_state(const regulatory_clock& clock, unix_milliseconds now);

/// Versions of one stream that the clocks do not know yet.
struct case_page {
  std::vector<case_version> versions; ///< In the order of their records.
  std::int64_t begin_offset = 0;      ///< The stream's cursor: versions before it are known.
  std::int64_t next_offset = 0;       ///< Where it stands when these are known.
};

/// What the store knows of one case.
struct case_history {
  std::vector<case_version> versions;   ///< In no order.
  std::vector<regulatory_clock> clocks; ///< Oldest first.
};

struct clock_changes {
  std::vector<regulatory_clock> made, moved;
};

/// What became of a page.
struct case_intake {
  bool moved =
      false; ///< False: the claim or the page is not the present one, and nothing was changed.
  std::size_t clocks_made = 0;
  std::size_t versions_left_out = 0; ///< Of cases that have as many as the settings allow.
};

struct clock_filter {
  std::optional<std::int64_t> id;
  std::vector<shown_clock_state> states; ///< Empty: all.
  unix_milliseconds now = 0;             ///< That tells running ones from missed ones.
  std::string study, site, subject, report_id, kind, authority; ///< Empty: all.
  std::optional<unix_milliseconds> due_before;
  std::optional<regulatory_clock> after; ///< Those behind this one: the next page.
  std::size_t rows_max = 100;
};

struct clock_counts {
  std::uint64_t running = 0; ///< Missed ones included.
  std::uint64_t missed = 0;
};

} // namespace aepro
