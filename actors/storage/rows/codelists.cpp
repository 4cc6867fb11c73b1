#include "actors/storage/rows/codelists.hpp"

#include <algorithm>
#include <array>

namespace aepro {

std::span<const std::string_view> severity_codelist() {
  static constexpr std::array<std::string_view, 3> values{"MILD", "MODERATE", "SEVERE"};
  return values;
}

std::span<const std::string_view> outcome_codelist() {
  static constexpr std::array<std::string_view, 6> values{"RECOVERED/RESOLVED",
                                                          "RECOVERING/RESOLVING",
                                                          "NOT RECOVERED/NOT RESOLVED",
                                                          "RECOVERED/RESOLVED WITH SEQUELAE",
                                                          "FATAL",
                                                          "UNKNOWN"};
  return values;
}

std::span<const std::string_view> action_codelist() {
  static constexpr std::array<std::string_view, 7> values{
      "DOSE INCREASED", "DOSE NOT CHANGED", "DOSE REDUCED", "DRUG INTERRUPTED",
      "DRUG WITHDRAWN", "NOT APPLICABLE",   "UNKNOWN"};
  return values;
}

std::optional<std::int64_t> code_of(std::span<const std::string_view> codelist,
                                    std::string_view value) {
  const auto found = std::find(codelist.begin(), codelist.end(), value);
  if (found == codelist.end())
    return std::nullopt;
  return found - codelist.begin() + 1;
}

} // namespace aepro
