#include "actors/storage/notification_queries.hpp"
#include "actors/storage/sql_notification_rows.hpp"
#include "actors/storage/sql_notifications.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

// What people see and do.
namespace aepro {

namespace {

constexpr std::size_t states_count = static_cast<std::size_t>(notification_state::repeated) + 1;

/// A SELECT of notifications: each condition brings its parameter.
class list_query {
public:
  explicit list_query(const notification_filter& filter) {
    if (filter.id)
      require("notification_id =", *filter.id);
    if (filter.before_id > 0)
      require("notification_id <", filter.before_id);
    if (!filter.states.empty()) {
      std::vector<int> numbers;
      for (const auto state : filter.states)
        numbers.push_back(static_cast<int>(state));
      text_ += fmt::format(" AND state IN ({})", fmt::join(numbers, ", "));
    }
    require_text("notification_key", filter.key);
    require_text("rule", filter.rule);
    require_text("study", filter.study);
    require_text("site", filter.site);
    require_text("subject", filter.subject);
    if (filter.created_since)
      require("created_at >=", *filter.created_since);
    if (filter.created_until)
      require("created_at <", *filter.created_until);
    text_ += " ORDER BY notification_id DESC LIMIT";
    add(limit_value(filter.rows_max));
  }

  const std::string& text() const { return text_; }
  const std::vector<sql_value>& values() const { return values_; }

private:
  void add(sql_value value) {
    values_.push_back(std::move(value));
    text_ += fmt::format(" ${}", values_.size());
  }
  void require(std::string_view condition, sql_value value) {
    text_ += fmt::format(" AND {}", condition);
    add(std::move(value));
  }
  void require_text(std::string_view column, const std::string& wanted) {
    if (!wanted.empty())
      require(fmt::format("{} =", column), text_value(wanted));
  }

  std::string text_ = fmt::format("SELECT {} FROM notification WHERE 1 = 1", notification_columns);
  std::vector<sql_value> values_;
};

std::optional<notification> first_of(const std::vector<sql_row>& rows) {
  return rows.empty() ? std::nullopt : std::optional(notification_of(rows.front()));
}

} // namespace

caf::expected<std::vector<shown_notification>>
sql_notifications::list(const notification_filter& filter) {
  session_->start_clock();
  const list_query query(filter);
  const auto found = session_->run(query.text(), query.values());
  if (!found)
    return found.error();
  std::vector<shown_notification> shown;
  for (const auto& row : *found)
    shown.push_back({.what = notification_of(row)});
  if (auto failed = find_attempts(shown))
    return failed;
  return shown;
}

caf::error sql_notifications::find_attempts(std::vector<shown_notification>& shown) {
  if (shown.empty())
    return {};
  std::map<std::int64_t, shown_notification*> by_id;
  std::string
      ids; // Not std::views::keys: clang 14, which builds the sanitized tests, cannot read it.
  for (auto& one : shown) {
    by_id.emplace(one.what.id, &one);
    ids += fmt::format("{}{}", ids.empty() ? "" : ", ", one.what.id);
  }
  auto attempts = session_->run(fmt::format(attempts_of, ids));
  if (!attempts)
    return std::move(attempts.error());
  for (const auto& row : *attempts)
    by_id.at(row[0].number)->attempts.push_back(attempt_of(row));
  return {};
}

caf::expected<std::vector<std::int64_t>> sql_notifications::counts() {
  session_->start_clock();
  const auto found = session_->run(std::string(notification_counts));
  if (!found)
    return found.error();
  std::vector<std::int64_t> counts(states_count);
  for (const auto& row : *found)
    counts.at(static_cast<std::size_t>(row[0].number)) = row[1].number;
  return counts;
}

caf::expected<std::optional<notification>> sql_notifications::find(std::int64_t id) {
  const std::vector<sql_value> values{id};
  const auto found = session_->run(
      fmt::format("SELECT {} FROM notification WHERE notification_id = $1", notification_columns),
      values);
  if (!found)
    return found.error();
  return first_of(*found);
}

/// The trail must not depend on what the caller has filled in.
caf::error sql_notifications::write_action(const operator_action& by, std::string_view action,
                                           std::int64_t target_id) {
  const std::vector<sql_value> values{
      by.at, text_value(by.who), std::string(action),
      by.target.empty() ? std::to_string(target_id) : text_value(by.target), text_value(by.reason)};
  auto added = session_->run(std::string(insert_action), values);
  return added ? caf::error{} : std::move(added.error());
}

caf::expected<std::optional<notification>>
sql_notifications::acknowledge(std::int64_t id, const operator_action& by) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<std::optional<notification>> {
    const std::vector<sql_value> values{id, by.at, text_value(by.who), text_value(by.reason)};
    const auto moved =
        session_->run(fmt::format(acknowledge_notification, notification_columns), values);
    if (!moved)
      return moved.error();
    if (moved->empty())
      return find(id);
    if (auto failed = write_action(by, "acknowledge", id))
      return failed;
    return first_of(*moved);
  });
}

caf::expected<std::optional<notification>> sql_notifications::retry(std::int64_t id,
                                                                    const operator_action& by) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<std::optional<notification>> {
    const std::vector<sql_value> values{id, by.at};
    const auto moved = session_->run(fmt::format(retry_notification, notification_columns), values);
    if (!moved)
      return moved.error();
    if (!moved->empty())
      if (auto failed = write_action(by, "retry", id))
        return failed;
    return first_of(*moved);
  });
}

caf::expected<std::int64_t> sql_notifications::mute(const notification_mute& made,
                                                    const operator_action& by) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<std::int64_t> {
    const std::vector<sql_value> values{made.since,
                                        made.until,
                                        text_value(made.rule),
                                        text_value(made.study),
                                        text_value(made.site),
                                        text_value(made.subject),
                                        text_value(made.who),
                                        text_value(made.reason)};
    const auto added = session_->run(std::string(insert_mute), values);
    if (!added)
      return added.error();
    const auto id = added->front().front().number;
    if (auto failed = write_action(by, "mute", id))
      return failed;
    return id;
  });
}

caf::expected<std::vector<notification_mute>> sql_notifications::mutes(unix_milliseconds now) {
  session_->start_clock();
  return current_mutes_of(*session_, now);
}

caf::expected<bool> sql_notifications::unmute(std::int64_t id, const operator_action& by) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<bool> {
    const std::vector<sql_value> values{id, by.at};
    const auto ended = session_->run(std::string(end_mute), values);
    if (!ended)
      return ended.error();
    if (ended->empty())
      return false;
    if (auto failed = write_action(by, "unmute", id))
      return failed;
    return true;
  });
}

caf::expected<std::vector<operator_action>> sql_notifications::actions(std::size_t rows_max) {
  session_->start_clock();
  const std::vector<sql_value> values{limit_value(rows_max)};
  const auto found = session_->run(std::string(latest_actions), values);
  if (!found)
    return found.error();
  std::vector<operator_action> actions;
  for (const auto& row : *found)
    actions.push_back(action_of(row));
  return actions;
}

} // namespace aepro
