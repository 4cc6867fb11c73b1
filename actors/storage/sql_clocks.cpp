#include "actors/storage/sql_clocks.hpp"

#include "actors/clocks/clock_alert.hpp"
#include "actors/clocks/clock_plan.hpp"
#include "actors/storage/clock_queries.hpp"
#include "actors/storage/notification_queries.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/sql_clock_rows.hpp"
#include "actors/storage/sql_notification_rows.hpp"
#include "actors/storage/sql_value_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace aepro {

namespace {

constexpr int clocks_purpose = static_cast<int>(publication::clocks);

/// A SELECT of clocks: each condition brings its parameter.
class clock_query {
public:
  explicit clock_query(const clock_filter& filter) {
    if (filter.id)
      require("clock_id =", *filter.id);
    require_states(filter);
    require_text("study", filter.study);
    require_text("site", filter.site);
    require_text("subject", filter.subject);
    require_text("report_id", filter.report_id);
    require_text("kind", filter.kind);
    require_text("authority", filter.authority);
    if (filter.due_before)
      require("due_at <", *filter.due_before);
    if (filter.after)
      require_behind(*filter.after);
    text_ += fmt::format(" ORDER BY {}, due_at, clock_id LIMIT {}", has_ended,
                         add(limit_value(filter.rows_max)));
  }

  const std::string& text() const { return text_; }
  const std::vector<sql_value>& values() const { return values_; }

private:
  static constexpr std::string_view has_ended = "CASE WHEN state = 1 THEN 0 ELSE 1 END";

  std::string add(sql_value value) {
    values_.push_back(std::move(value));
    return fmt::format("${}", values_.size());
  }
  void require(std::string_view condition, sql_value value) {
    text_ += fmt::format(" AND {} {}", condition, add(std::move(value)));
  }
  void require_text(std::string_view column, const std::string& wanted) {
    if (!wanted.empty())
      require(fmt::format("{} =", column), text_value(wanted));
  }
  void require_states(const clock_filter& filter) {
    if (filter.states.empty())
      return;
    const auto now = add(filter.now);
    std::vector<std::string> any;
    for (const auto state : filter.states)
      switch (state) {
        case shown_clock_state::running:
          any.push_back(fmt::format("(state = 1 AND due_at >= {})", now));
          break;
        case shown_clock_state::missed:
          any.push_back(fmt::format("(state = 1 AND due_at < {})", now));
          break;
        case shown_clock_state::done: any.emplace_back("state = 2"); break;
        case shown_clock_state::stopped: any.emplace_back("state = 3"); break;
        case shown_clock_state::withdrawn: any.emplace_back("state = 4"); break;
      }
    // PostgreSQL wants to know that the parameter is used, whatever is asked for.
    text_ += fmt::format(" AND {} >= 0 AND ({})", now, fmt::join(any, " OR "));
  }
  void require_behind(const regulatory_clock& last) {
    const auto ended = add(std::int64_t{last.state == clock_state::running ? 0 : 1});
    const auto due_at = add(last.due_at), id = add(last.id);
    text_ += fmt::format(
        " AND ({0} > {1} OR ({0} = {1} AND (due_at > {2} OR (due_at = {2} AND clock_id > {3}))))",
        has_ended, ended, due_at, id);
  }

  std::string text_ = fmt::format("SELECT {} FROM regulatory_clock WHERE 1 = 1", clock_columns);
  std::vector<sql_value> values_;
};

} // namespace

caf::expected<unix_milliseconds> sql_clocks::now() {
  session_->start_clock();
  return session_->now();
}

caf::expected<std::string> sql_clocks::store_id() {
  session_->start_clock();
  return session_->store_id();
}

/// The stream's end is read first: records before it are there, with all of each.
caf::expected<case_page> sql_clocks::new_versions(const stream_name& stream,
                                                  std::size_t versions_max) {
  session_->start_clock();
  const std::vector<sql_value> name{text_value(stream.topic), std::int64_t{stream.partition}};
  const auto cursor = session_->run(fmt::format(stream_cursor, clocks_purpose), name);
  if (!cursor)
    return cursor.error();
  if (cursor->empty())
    return case_page{};
  const auto& found = cursor->front();
  const auto begin = found[2].number, end = std::max(found[1].number, begin);
  const auto alerts_limit = versions_max + clock_alerts_of_record_max;
  std::vector<sql_value> range{found[0].number, begin, end, limit_value(alerts_limit)};
  const auto raised =
      session_->run(fmt::format(clock_alert_rows, session_->alert_created_at()), range);
  if (!raised)
    return raised.error();
  range[3] = limit_value(versions_max);
  const auto nullifying = session_->run(std::string(nullification_rows), range);
  if (!nullifying)
    return nullifying.error();
  std::vector<clock_alert_row> alerts;
  for (const auto& row : *raised)
    alerts.push_back(clock_alert_of(row, stream));
  std::vector<case_version> nullifications;
  for (const auto& row : *nullifying)
    nullifications.push_back(clock_alert_of(row, stream).record);
  return make_case_page(begin, end, std::move(alerts), alerts_limit, std::move(nullifications),
                        versions_max);
}

caf::expected<case_intake> sql_clocks::take_up(const stream_claim& claim, const case_page& page,
                                               std::size_t case_versions_max,
                                               const plan_case& plan) {
  session_->start_clock();
  // By key: two nodes that change the same cases lock them in one order.
  std::map<std::string, std::vector<const case_version*>> cases;
  for (const auto& version : page.versions)
    cases[case_key(version)].push_back(&version);
  return in_transaction(*session_, [&]() -> caf::expected<case_intake> {
    case_intake intake;
    const std::vector<sql_value> move{page.next_offset, text_value(claim.stream.topic),
                                      std::int64_t{claim.stream.partition},
                                      static_cast<std::int64_t>(claim.epoch), page.begin_offset};
    const auto moved = session_->run(fmt::format(move_stream_cursor, clocks_purpose), move);
    if (!moved)
      return moved.error();
    if (moved->empty())
      return intake;
    intake.moved = true;
    for (const auto& [key, versions] : cases) {
      if (auto failed = add_versions(key, versions, case_versions_max, intake))
        return failed;
      if (auto failed = change_clocks(key, plan, intake))
        return failed;
    }
    return intake;
  });
}

caf::error sql_clocks::add_versions(const std::string& key,
                                    const std::vector<const case_version*>& versions,
                                    std::size_t case_versions_max, case_intake& intake) {
  const std::vector<sql_value> name{key};
  auto locked = session_->run(std::string(lock_case), name);
  if (!locked)
    return std::move(locked.error());
  auto count = locked->front().front().number;
  for (const auto* version : versions) {
    if (count >= limit_value(case_versions_max)) {
      ++intake.versions_left_out;
      continue;
    }
    auto values = version_values(*version);
    values.insert(values.begin(), key);
    auto added = session_->run(std::string(insert_version), values);
    if (!added)
      return std::move(added.error());
    count += added->empty() ? 0 : 1;
  }
  auto counted = session_->run(std::string(count_versions), std::vector<sql_value>{key, count});
  return counted ? caf::error{} : std::move(counted.error());
}

caf::error sql_clocks::change_clocks(const std::string& key, const plan_case& plan,
                                     case_intake& intake) {
  const std::vector<sql_value> name{key};
  auto versions = session_->run(std::string(versions_of_case), name);
  if (!versions)
    return std::move(versions.error());
  auto clocks = clocks_of(session_->run(fmt::format(lock_clocks_of_case, clock_columns), name));
  if (!clocks)
    return std::move(clocks.error());
  case_history history{{}, std::move(*clocks)};
  for (const auto& row : *versions)
    history.versions.push_back(version_of(row));
  std::ranges::sort(history.clocks, {}, &regulatory_clock::id);
  const auto changes = plan(history);
  for (const auto& one : changes.moved) {
    auto values = clock_values(one);
    values.emplace_back(one.id);
    if (auto changed = session_->run(std::string(change_clock), values); !changed)
      return std::move(changed.error());
    if (one.state != clock_state::running)
      if (auto failed = end_notifications(
              one, {.at = one.ended_at, .who = one.ended_by, .reason = one.ended_reason}))
        return failed;
  }
  for (const auto& one : changes.made) {
    auto values = clock_values(one);
    values.emplace_back(key);
    auto made = session_->run(std::string(insert_clock), values);
    if (!made)
      return std::move(made.error());
    intake.clocks_made += made->size();
  }
  return {};
}

caf::expected<std::vector<regulatory_clock>> sql_clocks::clocks_of(rows found) {
  if (!found)
    return std::move(found.error());
  std::vector<regulatory_clock> clocks;
  for (const auto& row : *found)
    clocks.push_back(clock_of(row));
  return clocks;
}

caf::expected<std::vector<regulatory_clock>> sql_clocks::due(unix_milliseconds now,
                                                             std::size_t clocks_max) {
  session_->start_clock();
  const std::vector<sql_value> values{now, limit_value(clocks_max)};
  return clocks_of(session_->run(fmt::format(due_clocks, clock_columns), values));
}

caf::expected<bool> sql_clocks::tell(const regulatory_clock& after, const notification& told) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<bool> {
    const std::vector<sql_value> move{after.id, after.revision, after.told_before, after.next_at};
    const auto moved = session_->run(std::string(tell_clock), move);
    if (!moved)
      return moved.error();
    if (moved->empty())
      return false;
    value_rows row;
    row.add(notification_values(told));
    if (auto failed = flush(*session_, insert_notifications, row))
      return failed;
    return true;
  });
}

caf::expected<std::vector<notification_mute>> sql_clocks::mutes(unix_milliseconds now) {
  session_->start_clock();
  return current_mutes_of(*session_, now);
}

caf::expected<std::vector<regulatory_clock>> sql_clocks::list(const clock_filter& filter) {
  session_->start_clock();
  const clock_query query(filter);
  return clocks_of(session_->run(query.text(), query.values()));
}

caf::expected<clock_counts> sql_clocks::counts(unix_milliseconds now) {
  session_->start_clock();
  const std::vector<sql_value> values{now};
  const auto found = session_->run(std::string(clock_count_rows), values);
  if (!found)
    return found.error();
  const auto& row = found->front();
  return clock_counts{static_cast<std::uint64_t>(row[0].number),
                      static_cast<std::uint64_t>(row[1].number)};
}

caf::expected<std::optional<regulatory_clock>> sql_clocks::end(std::int64_t id, clock_state state,
                                                               const operator_action& by) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<std::optional<regulatory_clock>> {
    const std::vector<sql_value> values{id, static_cast<std::int64_t>(state), by.at,
                                        text_value(by.who), text_value(by.reason)};
    auto found = session_->run(fmt::format(end_clock, clock_columns), values);
    const bool has_ended = found && !found->empty();
    if (has_ended) {
      if (auto failed =
              write_action(id, state == clock_state::done ? "clock-done" : "clock-stop", by))
        return failed;
    } else if (found) {
      found = session_->run(
          fmt::format("SELECT {} FROM regulatory_clock WHERE clock_id = $1", clock_columns),
          std::vector<sql_value>{id});
    }
    const auto clocks = clocks_of(std::move(found));
    if (!clocks)
      return clocks.error();
    if (clocks->empty())
      return std::nullopt;
    if (has_ended)
      if (auto failed = end_notifications(clocks->front(), by))
        return failed;
    return clocks->front();
  });
}

/// In the transaction that ends the clock: who has submitted the report must not be told to submit
/// it.
caf::error sql_clocks::end_notifications(const regulatory_clock& clock, const operator_action& by) {
  auto id = session_->store_id();
  if (!id)
    return std::move(id.error());
  const std::vector<sql_value> values{by.at, text_value(by.who),
                                      text_value("its clock has ended: " + by.reason)};
  auto ended = session_->run(
      fmt::format(end_clock_notifications,
                  fmt::format("'{}'", fmt::join(clock_notification_keys(clock, *id), "', '"))),
      values);
  return ended ? caf::error{} : std::move(ended.error());
}

caf::expected<std::optional<regulatory_clock>> sql_clocks::reopen(const regulatory_clock& after,
                                                                  const operator_action& by) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<std::optional<regulatory_clock>> {
    const std::vector<sql_value> values{after.id, after.revision, after.next_at};
    const auto clocks = clocks_of(session_->run(fmt::format(reopen_clock, clock_columns), values));
    if (!clocks)
      return clocks.error();
    if (clocks->empty())
      return std::nullopt;
    if (auto failed = write_action(after.id, "clock-reopen", by))
      return failed;
    return clocks->front();
  });
}

caf::error sql_clocks::write_action(std::int64_t id, std::string action,
                                    const operator_action& by) {
  const std::vector<sql_value> values{by.at, text_value(by.who), std::move(action),
                                      fmt::format("clock {}", id), text_value(by.reason)};
  auto written = session_->run(std::string(insert_action), values);
  return written ? caf::error{} : std::move(written.error());
}

} // namespace aepro
