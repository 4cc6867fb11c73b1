#include "actors/storage/sql_notifications.hpp"

#include "actors/storage/notification_queries.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/rows/alert_pages.hpp"
#include "actors/storage/sql_notification_rows.hpp"
#include "actors/storage/sql_value_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace aepro {

namespace {

constexpr int alerts_purpose = static_cast<int>(publication::alerts);

std::vector<stored_alert> alerts_of(const std::vector<sql_row>& rows, const stream_name& stream) {
  std::vector<stored_alert> made;
  made.reserve(rows.size());
  for (const auto& row : rows)
    made.push_back(alert_of(row, stream));
  return made;
}

/// What statements one after the other insert: of two versions of a report the second must see the
/// first.
std::vector<value_rows> rows_by_case(const std::vector<notification>& made) {
  std::vector<value_rows> statements;
  std::unordered_map<std::string, std::size_t> next_of_case;
  for (const auto& one : made) {
    auto place = one.case_key.empty() ? 0 : next_of_case[one.case_key];
    while (place < statements.size() && statements[place].count == rows_of_statement)
      ++place;
    if (place == statements.size())
      statements.emplace_back();
    statements[place].add(notification_values(one));
    if (!one.case_key.empty())
      next_of_case[one.case_key] = place + 1;
  }
  return statements;
}

} // namespace

caf::expected<unix_milliseconds> sql_notifications::now() {
  session_->start_clock();
  return session_->now();
}

caf::expected<std::string> sql_notifications::store_id() {
  session_->start_clock();
  return session_->store_id();
}

/// The stream's end is read first: alerts before it are there, with all of each record's.
caf::expected<alert_page> sql_notifications::new_alerts(const stream_name& stream,
                                                        std::size_t alerts_max) {
  session_->start_clock();
  const std::vector<sql_value> name{text_value(stream.topic), std::int64_t{stream.partition}};
  auto cursor = session_->run(fmt::format(stream_cursor, alerts_purpose), name);
  if (!cursor)
    return std::move(cursor.error());
  alert_page page;
  if (cursor->empty())
    return page;
  const auto& found = cursor->front();
  page.begin_offset = found[2].number;
  page.next_offset = std::max(found[1].number, page.begin_offset);
  const std::vector<sql_value> range{found[0].number, page.begin_offset, page.next_offset,
                                     limit_value(alerts_max + alerts_of_record_max)};
  auto read = session_->run(fmt::format(alert_rows, session_->alert_created_at()), range);
  if (!read)
    return std::move(read.error());
  auto silent = session_->run(std::string(silent_nullification_rows), range);
  if (!silent)
    return std::move(silent.error());
  page.alerts = merged_alerts(alerts_of(*read, stream), alerts_of(*silent, stream),
                              alerts_max + alerts_of_record_max);
  if (const auto size = page_size(page.alerts, alerts_max); size < page.alerts.size()) {
    page.next_offset = page.alerts[size].offset;
    page.alerts.resize(size);
  }
  return page;
}

caf::expected<bool> sql_notifications::take_up(const stream_claim& claim, const alert_page& page,
                                               const std::vector<notification>& made) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<bool> {
    const std::vector<sql_value> move{page.next_offset, text_value(claim.stream.topic),
                                      std::int64_t{claim.stream.partition},
                                      static_cast<std::int64_t>(claim.epoch), page.begin_offset};
    const auto moved = session_->run(fmt::format(move_stream_cursor, alerts_purpose), move);
    if (!moved)
      return moved.error();
    if (moved->empty())
      return false;
    for (auto& rows : rows_by_case(made))
      if (auto failed = flush(*session_, insert_notifications, rows))
        return failed;
    return true;
  });
}

caf::expected<bool> sql_notifications::add(const notification& made) {
  session_->start_clock();
  value_rows row;
  row.add(notification_values(made));
  const auto added = run_with(*session_, insert_notifications, row);
  if (!added)
    return added.error();
  return !added->empty();
}

caf::expected<std::vector<sql_row>> sql_notifications::due(unix_milliseconds now,
                                                           std::size_t count_max, urgency least,
                                                           std::string_view skip_taken_rows) {
  const std::vector<sql_value> values{now, limit_value(count_max),
                                      static_cast<std::int64_t>(least)};
  return session_->run(fmt::format(due_notifications, skip_taken_rows), values);
}

caf::expected<std::vector<leased_notification>>
sql_notifications::lease(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
                         std::size_t count_max, urgency least) {
  session_->start_clock();
  // As a rule there is nothing to do: no transaction, which on SQLite would wait for the node's own
  // writer.
  const auto any = due(now, std::min<std::size_t>(count_max, 1), least, "");
  if (!any)
    return any.error();
  if (any->empty())
    return std::vector<leased_notification>{};
  return in_transaction(*session_, [&]() -> caf::expected<std::vector<leased_notification>> {
    const auto found = due(now, count_max, least, session_->skip_taken_rows());
    if (!found)
      return found.error();
    return take(*found, now, lease_ms, node);
  });
}

/// `found`: rows that begin with an id.
caf::expected<std::vector<leased_notification>>
sql_notifications::take(const std::vector<sql_row>& found, unix_milliseconds now,
                        std::int64_t lease_ms, const std::string& node) {
  std::vector<leased_notification> leased;
  if (found.empty())
    return leased;
  std::vector<std::int64_t> numbers;
  for (const auto& row : found)
    numbers.push_back(row[0].number);
  const auto ids = fmt::format("{}", fmt::join(numbers, ", "));
  const std::vector<sql_value> values{now, now + lease_ms, text_value(node)};
  const auto taken = session_->run(fmt::format(take_leases, ids, notification_columns), values);
  if (!taken)
    return taken.error();
  for (const auto& row : *taken)
    leased.push_back({.what = notification_of(row), .lease = row[lease_column].number});
  std::ranges::sort(leased, {}, [](const leased_notification& one) {
    return std::tuple(-static_cast<int>(one.what.urgency), one.what.id);
  });
  if (auto failed = find_reached(leased, ids))
    return failed;
  return leased;
}

caf::error sql_notifications::find_reached(std::vector<leased_notification>& leased,
                                           const std::string& ids) {
  auto reached = session_->run(fmt::format(reached_recipients, ids));
  if (!reached)
    return std::move(reached.error());
  std::unordered_map<std::int64_t, leased_notification*> places;
  for (auto& one : leased)
    places[one.what.id] = &one;
  for (const auto& row : *reached)
    if (const auto place = places.find(row[0].number); place != places.end())
      (row[3].number == static_cast<std::int64_t>(attempt_result::delivered)
           ? place->second->reached
           : place->second->refused)
          .push_back(row[1].text + ' ' + row[2].text);
  return {};
}

} // namespace aepro
