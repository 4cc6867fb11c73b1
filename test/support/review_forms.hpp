#pragma once

/// Forms that are compared with each other.

#include "messages/reviewed_form.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace aepro::test {

/// 2025-06-15T12:00:00Z: day 0 of the forms.
inline constexpr unix_milliseconds first_noon = 1'749'988'800'000;
inline constexpr std::int32_t first_day = 20'254;

struct form_text {
  std::uint64_t id = 1; ///< Of the event; each record's own.
  std::string form = "F-1";
  std::uint32_t version = 1;
  std::int64_t day = 0; ///< When it was completed, at noon.
  std::string instrument = "PAIN-NRS";
  std::vector<std::pair<std::string, std::string>> answers = {}; ///< Link id and value.
  bool in_error = false;
  bool has_instants = true;
  std::string subject = "01-701-1015";
  std::string source = "epro";       ///< source_system
  unix_milliseconds received_at = 0; ///< 0: not said.
};

/// Returns the id by which the form of that name is known.
std::string form_id(const std::string& form, const std::string& source = "epro");

/// Returns the value of a record, as an upstream system would publish it.
std::string form_value(const form_text& text);

/// The same with one answer, of the pain scale.
std::string pain_value(std::uint64_t id, const std::string& form, std::int64_t day, int pain);

/// Returns a form as it is compared, of that day, with one score.
reviewed_form reviewed(const std::string& id, std::int32_t day, double score,
                       const std::string& scale = "PAIN-NRS");

} // namespace aepro::test
