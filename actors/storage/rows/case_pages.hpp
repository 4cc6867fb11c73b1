#pragma once

/// Puts together what was read of alerts and of nullifications of a stream, record by record. Pure.

#include "messages/regulatory_clock.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace aepro {

/// Rows of a record that say something to the clocks; each rule once.
inline constexpr std::size_t clock_alerts_of_record_max = 4;

/// One alert with what is known of its record. `report_id` is empty where the record was not
/// accepted.
struct clock_alert_row {
  case_version record;
  std::string rule;
};

/// Takes alerts and nullifications in the order of their records, each read with a limit: as many
/// as the limit may be cut in the middle of a record. Returns the page that both cover; it ends at
/// `end_offset` where neither was cut.
case_page make_case_page(std::int64_t begin_offset, std::int64_t end_offset,
                         std::vector<clock_alert_row> alerts, std::size_t alerts_limit,
                         std::vector<case_version> nullifications,
                         std::size_t nullifications_limit);

} // namespace aepro
