#include "actors/storage/postgres_store.hpp"
#include "actors/storage/postgres_values.hpp"

#include <algorithm>
#include <array>

namespace aepro {

caf::error postgres_store::find_known(const group_plan& plan) {
  std::vector<event_key> keys;
  keys.reserve(plan.keys().size());
  for (const auto& row : plan.keys())
    if (keys.empty() || keys.back() != row.key)
      keys.push_back(row.key);
  known_.clear();
  if (keys.empty())
    return {};
  const auto encoded = uuid_array(keys);
  const std::array parameters{postgres_parameter{uuid_array_oid, encoded}};
  auto rows = connection_->run("SELECT event_key, content_check, stream_id, record_offset FROM "
                               "event WHERE event_key = ANY($1)",
                               parameters);
  if (!rows)
    return rows.error();
  for (int i = 0; i < PQntuples(rows->get()); ++i) {
    const auto id = static_cast<std::int32_t>(integer_field(rows->get(), i, 2));
    if (find_stream(id) == nullptr)
      if (auto failed = load_streams())
        return failed;
    known_event known;
    std::ranges::copy(field(rows->get(), i, 0), known.key.begin());
    known.content_check = static_cast<std::uint64_t>(integer_field(rows->get(), i, 1));
    known.stream = find_stream(id);
    known.offset = integer_field(rows->get(), i, 3);
    known_.push_back(known);
  }
  return {};
}

caf::expected<std::map<event_key, std::uint32_t>>
postgres_store::latest_versions(std::span<const planned_subject> subjects) {
  std::map<event_key, std::uint32_t> latest;
  if (subjects.empty())
    return latest;
  std::vector<event_key> keys;
  for (const auto& subject : subjects)
    keys.push_back(subject.subject);
  const auto encoded = uuid_array(keys);
  const std::array parameters{postgres_parameter{uuid_array_oid, encoded}};
  auto rows =
      connection_->run("SELECT subject_key, max(version) FROM subject WHERE subject_key = ANY($1) "
                       "GROUP BY subject_key",
                       parameters);
  if (!rows)
    return rows.error();
  for (int i = 0; i < PQntuples(rows->get()); ++i) {
    event_key key;
    std::ranges::copy(field(rows->get(), i, 0), key.begin());
    latest[key] = static_cast<std::uint32_t>(integer_field(rows->get(), i, 1));
  }
  return latest;
}

} // namespace aepro
