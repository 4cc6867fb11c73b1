#pragma once

/// A file of events (SDTM CSV, or NDJSON of the Protobuf JSON mapping), read event by event.

#include "actors/publish/published_event.hpp"
#include "actors/publish/sdtm_table.hpp"

#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <variant>

namespace aepro {

struct event_file_options {
  std::optional<sdtm_domain> domain; ///< Nothing: guessed from the columns.
  std::string source_system =
      "sdtm-file"; ///< Part of the content of CSV rows: a change makes conflicts.
};

struct event_file_counts {
  std::uint64_t rows = 0;   ///< Read, without header and empty lines.
  std::uint64_t events = 0; ///< Handed on.
  std::uint64_t bad_rows = 0;
};

struct event_file_result {
  event_file_counts counts;
  std::string kind;    ///< "ae", "dm", "qs" or "events".
  std::string problem; ///< Why the file could not be read as a whole; empty: it could.
  std::vector<std::string> unused_columns;
};

/// Gets an event; returns false to stop reading.
using event_sink = std::function<bool(const published_event&)>;
using bad_row_sink = std::function<void(const bad_row&)>;

/// Reads `input` to its end. QS rows are kept until a subject's last row is seen; to know it, the
/// file is read twice (so `input` must be seekable). Everything else streams.
event_file_result read_event_file(std::istream& input, const event_file_options& options,
                                  const event_sink& on_event, const bad_row_sink& on_bad_row);

/// Returns the event of one NDJSON line, or why there is none.
std::variant<published_event, std::string> parse_event_line(std::string_view line);

} // namespace aepro
