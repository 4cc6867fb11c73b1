#include "actors/audit/subject_versions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

std::size_t index_of(std::string_view name) {
  const auto columns = ledger_layout(ledger_table::subject).columns;
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const column& candidate) { return candidate.name == name; });
  return static_cast<std::size_t>(found - columns.begin());
}

stream_name name_of(std::span<const stored_stream> streams, std::int32_t id) {
  for (const auto& stream : streams)
    if (stream.id == id)
      return stream.name;
  return {fmt::format("(no stream {})", id), -1};
}

} // namespace

void subject_versions::add(std::span<const cell> row) {
  static const auto key_index = index_of("subject_key"), version_index = index_of("version"),
                    offset_index = index_of("record_offset"), stream_index = index_of("stream_id");
  event_key key{};
  const auto text = row[key_index].text;
  std::copy_n(text.begin(), std::min(text.size(), key.size()), key.begin());
  versions_[key].push_back({row[version_index].number, row[offset_index].number,
                            static_cast<std::int32_t>(row[stream_index].number)});
}

void subject_versions::check(std::span<const stored_stream> streams,
                             audit_problems& problems) const {
  for (const auto& [key, unsorted] : versions_) {
    auto sorted = unsorted;
    std::sort(sorted.begin(), sorted.end(),
              [](const version& left, const version& right) { return left.number < right.number; });
    std::map<std::int32_t, std::int64_t> last_offsets;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      const auto& found = sorted[i];
      if (found.number != static_cast<std::int64_t>(i) + 1)
        problems.add(
            "subject_version", name_of(streams, found.stream_id), found.offset,
            fmt::format("table subject: version {} where {} follows", found.number, i + 1));
      const auto [last, is_first] = last_offsets.emplace(found.stream_id, found.offset);
      if (!is_first && found.offset <= last->second)
        problems.add(
            "subject_version", name_of(streams, found.stream_id), found.offset,
            fmt::format("table subject: version {} is older than the one before it", found.number));
      last->second = found.offset;
    }
  }
}

} // namespace aepro
