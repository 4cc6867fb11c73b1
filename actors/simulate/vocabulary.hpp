#pragma once

/// Words of the synthetic trial: everyday complaints in several languages and scripts. Made up for
/// it.

#include <cstdint>
#include <span>
#include <string_view>

namespace aepro {

struct complaint {
  std::string_view reported; ///< As someone wrote it.
  std::string_view decoded;
  std::string_view body_system;
};
std::span<const complaint> complaints();

/// A site's country: what forms and clocks look like there.
struct country {
  std::string_view code;       ///< ISO 3166-1 alpha-3.
  std::string_view language;   ///< BCP 47.
  std::string_view time_zone;  ///< IANA.
  std::int32_t offset_minutes; ///< In winter, when the trial runs.
};
std::span<const country> countries();

} // namespace aepro
