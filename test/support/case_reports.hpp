#pragma once

/// Reports whose versions start and stop clocks.

#include <cstdint>
#include <string>

namespace aepro::test {

struct report_text {
  std::uint64_t id = 1; ///< Of the event; each record's own.
  std::string report = "R-1";
  std::uint32_t version = 1;
  bool serious = true, fatal = false, unexpected = false;
  bool nullifies = false;
  std::string awareness = {}; ///< AWARENESS_DTC.
  std::string study = "STUDY-1";
  std::string term = "FALL";
};

/// Returns the value of a record, as an upstream system would publish it.
std::string report_value(const report_text& text);

} // namespace aepro::test
