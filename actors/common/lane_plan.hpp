#pragma once

/// Which topic is which lane, and what each lane keeps for itself.

#include "messages/lanes.hpp"

#include <algorithm>
#include <string>

namespace aepro {

/// Pure. Shares are percents, at least 1 each and at most 100 together.
struct lane_plan {
  std::string adverse_events =
      "aepro.adverse-events"; ///< Topics; any other is of questionnaire responses.
  std::string subjects = "aepro.subjects";
  per_lane<std::size_t> shares{{25, 5, 25}};

  lane of(std::string_view topic) const {
    if (topic == adverse_events)
      return lane::adverse_events;
    return topic == subjects ? lane::subjects : lane::questionnaire_responses;
  }

  /// Returns how many of `all` places lanes other than adverse events may hold together: the share
  /// of adverse events stays free, at least one place. Of a single place nothing can be kept.
  std::size_t places_of_others(std::size_t all) const {
    if (all < 2)
      return all;
    return all - std::clamp<std::size_t>(all * shares[lane::adverse_events] / 100, 1, all - 1);
  }
};

} // namespace aepro
