#pragma once

/// A store of notifications in memory, and channels, which do and fail as a test says.

#include "actors/notifier/channel.hpp"
#include "actors/storage/notification_store.hpp"
#include "messages/type_ids.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

namespace aepro::test {

/// Outlives the notifiers of a test. Connections share it, as those of a database do.
struct scripted_notifications {
  struct row {
    notification what;
    std::int64_t lease = 0;
    unix_milliseconds lease_until = 0;
    std::vector<delivery_attempt> attempts;
  };

  std::map<stream_name, std::vector<stored_alert>> alerts;
  std::map<stream_name, std::int64_t> cursors;
  std::map<stream_name, std::uint64_t> epochs; ///< Of the last claim; absent: whoever asks.
  std::map<std::int64_t, row> rows;
  std::set<std::string> keys; ///< Of the rows.
  std::vector<notification_mute> mutes;
  std::vector<operator_action> actions;
  std::function<unix_milliseconds()> clock = [] { return unix_milliseconds{1'764'417'600'000}; };
  std::size_t failing_calls = 0; ///< The next ones fail with store_unavailable.
  std::size_t failing_reports = 0;
  std::size_t opens = 0;

  void add(const stream_name& stream, std::int64_t offset, std::string rule, urgency how_urgent,
           std::string report_id = {}) {
    stored_alert made;
    made.stream = stream;
    made.offset = offset;
    made.produced_at = made.durable_at = clock();
    made.urgency = how_urgent;
    made.rule = std::move(rule);
    made.study = "S1";
    made.site = "701";
    made.subject = "1015";
    made.report_id = std::move(report_id);
    alerts[stream].push_back(std::move(made));
  }

  std::size_t count(notification_state state) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        rows, [state](const auto& one) { return one.second.what.state == state; }));
  }

  const row& only() const { return rows.begin()->second; }
};

class scripted_notification_store final : public notification_store {
public:
  explicit scripted_notification_store(scripted_notifications& all) : all_(all) {}

  caf::expected<unix_milliseconds> now() override {
    if (auto failed = fault())
      return failed;
    return all_.clock();
  }

  caf::expected<std::string> store_id() override { return std::string("store"); }

  caf::expected<alert_page> new_alerts(const stream_name& stream, std::size_t alerts_max) override {
    if (auto failed = fault())
      return failed;
    alert_page page;
    page.begin_offset = page.next_offset = all_.cursors[stream];
    for (const auto& alert : all_.alerts[stream]) {
      if (alert.offset < page.begin_offset)
        continue;
      const bool same_record = !page.alerts.empty() && page.alerts.back().offset == alert.offset;
      if (page.alerts.size() >= alerts_max && !same_record)
        break;
      page.alerts.push_back(alert);
      page.next_offset = alert.offset + 1;
    }
    return page;
  }

  caf::expected<bool> take_up(const stream_claim& claim, const alert_page& page,
                              const std::vector<notification>& made) override {
    if (auto failed = fault())
      return failed;
    const auto epoch = all_.epochs.find(claim.stream);
    if ((epoch != all_.epochs.end() && epoch->second != claim.epoch) ||
        all_.cursors[claim.stream] != page.begin_offset)
      return false;
    for (auto one : made) {
      const bool is_repeated =
          one.state == notification_state::waiting && !one.case_key.empty() &&
          std::ranges::any_of(all_.rows, [&](const auto& row) {
            return row.second.what.rule == one.rule && row.second.what.case_key == one.case_key;
          });
      if (is_repeated) {
        one.state = notification_state::repeated;
        one.ended_at = one.created_at;
      }
      insert(std::move(one));
    }
    all_.cursors[claim.stream] = page.next_offset;
    return true;
  }

  caf::expected<bool> add(const notification& made) override {
    if (auto failed = fault())
      return failed;
    return insert(made);
  }

  caf::expected<std::vector<leased_notification>> lease(unix_milliseconds now,
                                                        std::int64_t lease_ms, const std::string&,
                                                        std::size_t count_max,
                                                        urgency least) override {
    if (auto failed = fault())
      return failed;
    std::vector<scripted_notifications::row*> due;
    for (auto& [id, row] : all_.rows)
      if (is_open(row) && row.what.next_at <= now && row.lease_until <= now &&
          row.what.urgency >= least)
        due.push_back(&row);
    std::ranges::stable_sort(due, [](const auto* left, const auto* right) {
      return std::tuple(right->what.urgency, left->what.next_at) <
             std::tuple(left->what.urgency, right->what.next_at);
    });
    due.resize(std::min(due.size(), count_max));
    return take(due, now + lease_ms);
  }

  caf::expected<std::vector<notification_flood>> floods(unix_milliseconds now,
                                                        const flood_limits& limits) override {
    if (auto failed = fault())
      return failed;
    const auto is_due = [&](const auto& entry) {
      return is_in_flood(entry.second, now, {.ahead_ms = 0});
    };
    if (std::ranges::none_of(all_.rows, is_due))
      return std::vector<notification_flood>{};
    using name = std::tuple<std::string, std::string, notification_state, std::int32_t>;
    std::map<name, std::pair<std::size_t, unix_milliseconds>>
        found; // How many, and when the first is due.
    for (auto& [id, row] : all_.rows)
      if (is_in_flood(row, now, limits)) {
        auto& [count, first] =
            found
                .try_emplace({row.what.rule, row.what.study, row.what.state, row.what.step}, 0,
                             row.what.next_at)
                .first->second;
        ++count;
        first = std::min(first, row.what.next_at);
      }
    std::vector<std::pair<unix_milliseconds, name>> ordered;
    for (const auto& [own, counted] : found)
      if (counted.first >= limits.count_min && counted.second <= now)
        ordered.emplace_back(counted.second, own);
    std::ranges::sort(ordered);
    std::vector<notification_flood> floods;
    for (const auto& [first, own] : ordered)
      floods.push_back({std::get<0>(own), std::get<1>(own), std::get<2>(own), std::get<3>(own)});
    return floods;
  }

  caf::expected<std::vector<leased_notification>>
  lease_flood(unix_milliseconds now, std::int64_t lease_ms, const std::string&,
              const notification_flood& flood, const flood_limits& limits) override {
    if (auto failed = fault())
      return failed;
    std::vector<scripted_notifications::row*> members;
    for (auto& [id, row] : all_.rows)
      if (is_in_flood(row, now, limits) && row.what.rule == flood.rule &&
          row.what.study == flood.study && row.what.state == flood.state &&
          row.what.step == flood.step)
        members.push_back(&row);
    std::ranges::stable_sort(members, {}, [](const auto* one) { return one->what.next_at; });
    members.resize(std::min(members.size(), limits.count_max));
    if (members.size() < limits.count_min || members.empty() || members.front()->what.next_at > now)
      return std::vector<leased_notification>{};
    std::ranges::sort(members, {}, [](const auto* one) { return one->what.id; });
    return take(members, now + lease_ms);
  }

  caf::expected<void> report(const std::vector<delivery_report>& reports) override {
    if (all_.failing_reports > 0) {
      --all_.failing_reports;
      return caf::make_error(errc::store_unavailable, "planned");
    }
    if (auto failed = fault())
      return failed;
    for (const auto& one : reports) {
      auto& row = all_.rows.at(one.after.id);
      if (row.what.key != one.after.key)
        continue;
      row.attempts.insert(row.attempts.end(), one.attempts.begin(), one.attempts.end());
      if (row.lease != one.lease || row.what.state == notification_state::acknowledged)
        continue;
      row.what = one.after;
      row.lease_until = 0;
    }
    return caf::unit;
  }

  caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) override {
    auto found = all_.mutes;
    std::erase_if(found, [now](const auto& one) { return one.until <= now; });
    return found;
  }

  caf::expected<std::vector<shown_notification>> list(const notification_filter& filter) override {
    if (auto failed = fault())
      return failed;
    std::vector<shown_notification> shown;
    for (auto row = all_.rows.rbegin(); row != all_.rows.rend() && shown.size() < filter.rows_max;
         ++row) {
      const auto& what = row->second.what;
      const bool is_in_state = filter.states.empty() ||
                               std::ranges::find(filter.states, what.state) != filter.states.end();
      if ((!filter.id || *filter.id == what.id) && (filter.key.empty() || filter.key == what.key) &&
          is_in_state)
        shown.push_back({what, row->second.attempts});
    }
    return shown;
  }

  caf::expected<std::vector<std::int64_t>> counts() override {
    std::vector<std::int64_t> all(9);
    for (const auto& [id, row] : all_.rows)
      ++all[static_cast<std::size_t>(row.what.state)];
    return all;
  }

  caf::expected<std::optional<notification>> acknowledge(std::int64_t id,
                                                         const operator_action& by) override {
    if (auto failed = fault())
      return failed;
    const auto found = all_.rows.find(id);
    if (found == all_.rows.end())
      return std::optional<notification>{};
    auto& what = found->second.what;
    if (what.state == notification_state::acknowledged)
      return std::optional(what);
    all_.actions.push_back(by);
    what.state = notification_state::acknowledged;
    what.ended_at = by.at;
    what.ended_by = by.who;
    what.ended_reason = by.reason;
    return std::optional(what);
  }

  caf::expected<std::optional<notification>> retry(std::int64_t, const operator_action&) override {
    return std::optional<notification>{};
  }
  caf::expected<std::int64_t> mute(const notification_mute&, const operator_action&) override {
    return 0;
  }
  caf::expected<bool> unmute(std::int64_t, const operator_action&) override { return false; }
  caf::expected<std::vector<operator_action>> actions(std::size_t) override { return all_.actions; }

private:
  caf::error fault() {
    if (all_.failing_calls == 0)
      return {};
    --all_.failing_calls;
    return caf::make_error(errc::store_unavailable, "planned");
  }

  static bool is_open(const scripted_notifications::row& row) {
    return row.what.state == notification_state::waiting ||
           row.what.state == notification_state::sent;
  }

  static bool is_in_flood(const scripted_notifications::row& row, unix_milliseconds now,
                          const flood_limits& limits) {
    const auto until = row.what.state == notification_state::waiting ? now + limits.ahead_ms : now;
    return is_open(row) && row.what.urgency == urgency::routine && row.what.next_at <= until &&
           row.lease_until <= now;
  }

  static std::vector<leased_notification>
  take(const std::vector<scripted_notifications::row*>& rows, unix_milliseconds until) {
    std::vector<leased_notification> leased;
    for (auto* row : rows) {
      ++row->lease;
      row->lease_until = until;
      leased.push_back({row->what, row->lease, those(*row, attempt_result::refused),
                        those(*row, attempt_result::delivered)});
    }
    return leased;
  }

  bool insert(notification made) {
    if (!all_.keys.insert(made.key).second)
      return false;
    made.id = static_cast<std::int64_t>(all_.rows.size()) + 1;
    all_.rows[made.id].what = std::move(made);
    return true;
  }

  static std::vector<std::string> those(const scripted_notifications::row& row,
                                        attempt_result result) {
    std::vector<std::string> names;
    for (const auto& one : row.attempts)
      if (one.step == row.what.step && one.result == result)
        names.push_back(one.channel + ' ' + one.recipient);
    return names;
  }

  scripted_notifications& all_;
};

/// What a channel does with its next messages; afterwards it delivers them.
enum class channel_fault { none, fails, refuses, throws, lost_answer };

struct scripted_channel_side {
  std::vector<channel_message> received;
  std::deque<channel_fault> faults; ///< One for each call.
  bool is_dead = false;             ///< Every message fails.
  std::size_t calls = 0;
  std::size_t largest_batch = 0;
};

class scripted_channel final : public channel {
public:
  explicit scripted_channel(scripted_channel_side& side) : side_(side) {}

  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       std::chrono::milliseconds) override {
    ++side_.calls;
    side_.largest_batch = std::max(side_.largest_batch, messages.size());
    auto fault = side_.is_dead ? channel_fault::fails : channel_fault::none;
    if (!side_.faults.empty()) {
      fault = side_.faults.front();
      side_.faults.pop_front();
    }
    if (fault == channel_fault::throws)
      throw std::runtime_error("planned");
    if (fault == channel_fault::none || fault == channel_fault::lost_answer)
      side_.received.insert(side_.received.end(), messages.begin(), messages.end());
    const auto result = fault == channel_fault::none      ? attempt_result::delivered
                        : fault == channel_fault::refuses ? attempt_result::refused
                                                          : attempt_result::failed;
    return std::vector<channel_outcome>(messages.size(),
                                        {result, "receipt", "said", std::chrono::milliseconds{0}});
  }

private:
  scripted_channel_side& side_;
};

} // namespace aepro::test
