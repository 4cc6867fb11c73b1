#pragma once

/// Adapter: regulatory clocks in a SQL database. What SQLite and PostgreSQL do differently is the
/// session's.

#include "actors/storage/clock_store.hpp"
#include "actors/storage/sql_session.hpp"

#include <memory>

namespace aepro {

class sql_clocks final : public clock_store {
public:
  explicit sql_clocks(std::unique_ptr<sql_session> session) : session_(std::move(session)) {}

  caf::expected<unix_milliseconds> now() override;
  caf::expected<std::string> store_id() override;
  caf::expected<case_page> new_versions(const stream_name& stream,
                                        std::size_t versions_max) override;
  caf::expected<case_intake> take_up(const stream_claim& claim, const case_page& page,
                                     std::size_t case_versions_max, const plan_case& plan) override;
  caf::expected<std::vector<regulatory_clock>> due(unix_milliseconds now,
                                                   std::size_t clocks_max) override;
  caf::expected<bool> tell(const regulatory_clock& after, const notification& told) override;
  caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) override;
  caf::expected<std::vector<regulatory_clock>> list(const clock_filter& filter) override;
  caf::expected<clock_counts> counts(unix_milliseconds now) override;
  caf::expected<std::optional<regulatory_clock>> end(std::int64_t id, clock_state state,
                                                     const operator_action& by) override;
  caf::expected<std::optional<regulatory_clock>> reopen(const regulatory_clock& after,
                                                        const operator_action& by) override;

private:
  using rows = caf::expected<std::vector<sql_row>>;

  caf::expected<std::vector<regulatory_clock>> clocks_of(rows found);
  caf::error add_versions(const std::string& key, const std::vector<const case_version*>& versions,
                          std::size_t case_versions_max, case_intake& intake);
  /// Writes down that a person did `action` to a clock.
  caf::error end_notifications(const regulatory_clock& clock, const operator_action& by);
  caf::error write_action(std::int64_t id, std::string action, const operator_action& by);
  caf::error change_clocks(const std::string& key, const plan_case& plan, case_intake& intake);

  std::unique_ptr<sql_session> session_;
};

} // namespace aepro
