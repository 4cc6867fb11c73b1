#pragma once

/// Adapter: notifications in a SQL database. What SQLite and PostgreSQL do differently is the
/// session's.

#include "actors/storage/notification_store.hpp"
#include "actors/storage/sql_session.hpp"

#include <memory>

namespace aepro {

class sql_notifications final : public notification_store {
public:
  explicit sql_notifications(std::unique_ptr<sql_session> session) : session_(std::move(session)) {}

  caf::expected<unix_milliseconds> now() override;
  caf::expected<std::string> store_id() override;
  caf::expected<alert_page> new_alerts(const stream_name& stream, std::size_t alerts_max) override;
  caf::expected<bool> take_up(const stream_claim& claim, const alert_page& page,
                              const std::vector<notification>& made) override;
  caf::expected<bool> add(const notification& made) override;
  caf::expected<std::vector<leased_notification>>
  lease(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
        std::size_t count_max, urgency least) override;
  caf::expected<std::vector<notification_flood>> floods(unix_milliseconds now,
                                                        const flood_limits& limits) override;
  caf::expected<std::vector<leased_notification>>
  lease_flood(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
              const notification_flood& flood, const flood_limits& limits) override;
  caf::expected<void> report(const std::vector<delivery_report>& reports) override;
  caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) override;
  caf::expected<std::vector<shown_notification>> list(const notification_filter& filter) override;
  caf::expected<std::vector<std::int64_t>> counts() override;
  caf::expected<std::optional<notification>> acknowledge(std::int64_t id,
                                                         const operator_action& by) override;
  caf::expected<std::optional<notification>> retry(std::int64_t id,
                                                   const operator_action& by) override;
  caf::expected<std::int64_t> mute(const notification_mute& made,
                                   const operator_action& by) override;
  caf::expected<bool> unmute(std::int64_t id, const operator_action& by) override;
  caf::expected<std::vector<operator_action>> actions(std::size_t rows_max) override;

private:
  using rows = caf::expected<std::vector<sql_row>>;

  rows due(unix_milliseconds now, std::size_t count_max, urgency least,
           std::string_view skip_taken_rows);
  caf::expected<std::vector<leased_notification>> take(const std::vector<sql_row>& found,
                                                       unix_milliseconds now, std::int64_t lease_ms,
                                                       const std::string& node);
  caf::error find_reached(std::vector<leased_notification>& leased, const std::string& ids);
  caf::error write(std::span<const delivery_report* const> reports);
  caf::error find_attempts(std::vector<shown_notification>& shown);
  caf::error write_action(const operator_action& by, std::string_view action,
                          std::int64_t target_id);
  caf::expected<std::optional<notification>> find(std::int64_t id);

  std::unique_ptr<sql_session> session_;
};

} // namespace aepro
