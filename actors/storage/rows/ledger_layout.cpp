#include "actors/storage/rows/ledger_layout.hpp"

#include "actors/storage/rows/row_writer.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::array event_kinds{event_kind::adverse_event, event_kind::questionnaire_response,
                                 event_kind::subject};

constexpr std::array rule_columns{
    column{"rules_version", column_type::int32}, column{"rule", column_type::int32},
    column{"severity", column_type::int16},      column{"name", column_type::text},
    column{"variable", column_type::text},       column{"text", column_type::text},
    column{"authority", column_type::text}};

constexpr std::array publication_columns{column{"stream_id", column_type::int32},
                                         column{"purpose", column_type::int16},
                                         column{"next_offset", column_type::int64}};

std::vector<column> all_event_columns() {
  std::vector<column> columns;
  for (const auto kind : event_kinds)
    for (const auto& candidate : event_layout(kind).columns) {
      const auto same_name = [&](const column& known) { return known.name == candidate.name; };
      if (std::none_of(columns.begin(), columns.end(), same_name))
        columns.push_back(candidate);
    }
  return columns;
}

/// Per column of all kinds: its index in the layout of `kind`, or the layout's size.
std::vector<std::size_t> index_map(event_kind kind) {
  const auto& columns = event_layout(kind).columns;
  std::vector<std::size_t> map;
  for (const auto& wanted : ledger_layout(ledger_table::event).columns) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const column& candidate) {
      return candidate.name == wanted.name;
    });
    map.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  return map;
}

} // namespace

const row_layout& ledger_layout(ledger_table table) {
  static const std::vector<column> event_columns = all_event_columns();
  static const row_layout event{"event", event_columns};
  switch (table) {
    case ledger_table::event: return event;
    case ledger_table::finding: return finding_layout();
    case ledger_table::alert: return alert_layout();
    case ledger_table::dead_letter: return dead_letter_layout();
    case ledger_table::conflict: return conflict_layout();
    case ledger_table::subject: return subject_layout();
  }
  return event;
}

const row_layout& side_layout(side_table table) {
  static const row_layout rule{"rule", rule_columns};
  static const row_layout publication{"publication", publication_columns};
  switch (table) {
    case side_table::rule: return rule;
    case side_table::publication: return publication;
  }
  return rule;
}

void widen_event_row(event_kind kind, std::span<const cell> row, std::vector<cell>& wide) {
  static const std::array maps{index_map(event_kind::none), index_map(event_kind::adverse_event),
                               index_map(event_kind::questionnaire_response),
                               index_map(event_kind::subject)};
  const auto& map = maps[static_cast<std::size_t>(kind)];
  wide.assign(map.size(), cell{});
  for (std::size_t i = 0; i < map.size(); ++i)
    if (map[i] < row.size())
      wide[i] = row[map[i]];
}

} // namespace aepro
