/// Floods: many notifications that are leased at once.

#include "actors/storage/notification_queries.hpp"
#include "actors/storage/sql_notification_rows.hpp"
#include "actors/storage/sql_notifications.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

caf::expected<std::vector<notification_flood>>
sql_notifications::floods(unix_milliseconds now, const flood_limits& limits) {
  session_->start_clock();
  // As a rule none is due: what waits for others is not counted at each look.
  const std::vector<sql_value> instant{now};
  const auto any = session_->run(std::string(any_routine_due), instant);
  if (!any)
    return any.error();
  if (any->empty())
    return std::vector<notification_flood>{};
  const std::vector<sql_value> values{now, now + limits.ahead_ms, limit_value(limits.count_min),
                                      limit_value(4 * limits.count_max), limit_value(floods_max)};
  const auto found = session_->run(std::string(routine_floods), values);
  if (!found)
    return found.error();
  std::vector<notification_flood> floods;
  for (const auto& row : *found)
    floods.push_back({.rule = row[0].text,
                      .study = row[1].text,
                      .state = static_cast<notification_state>(row[2].number),
                      .step = static_cast<std::int32_t>(row[3].number)});
  return floods;
}

caf::expected<std::vector<leased_notification>>
sql_notifications::lease_flood(unix_milliseconds now, std::int64_t lease_ms,
                               const std::string& node, const notification_flood& flood,
                               const flood_limits& limits) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<std::vector<leased_notification>> {
    const std::vector<sql_value> values{now,
                                        now + limits.ahead_ms,
                                        text_value(flood.rule),
                                        text_value(flood.study),
                                        static_cast<std::int64_t>(flood.state),
                                        std::int64_t{flood.step},
                                        limit_value(limits.count_max)};
    const auto found =
        session_->run(fmt::format(flood_members, session_->skip_taken_rows()), values);
    if (!found)
      return found.error();
    if (found->empty() || found->size() < limits.count_min || found->front()[1].number > now)
      return std::vector<leased_notification>{};
    return take(*found, now, lease_ms, node);
  });
}

} // namespace aepro
