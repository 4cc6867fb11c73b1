#include "actors/audit/options_finder.hpp"

#include "actors/validation/decide_options_text.hpp"
#include "actors/validation/sha256.hpp"

#include <fmt/format.h>

namespace aepro {

caf::expected<const decide_options*> options_finder::find(const stored_segment& segment,
                                                          const stored_stream& stream,
                                                          audit_problems& problems) {
  if (!segment.options)
    return &fallback_;
  const auto [entry, is_new] = known_.try_emplace(*segment.options);
  if (is_new) {
    auto text = reader_.find_options(*segment.options);
    if (!text) {
      known_.erase(entry);
      return std::move(text.error());
    }
    if (*text && sha256{}(**text) == *segment.options)
      entry->second = parse_decide_options(**text);
  }
  if (entry->second)
    return &*entry->second;
  problems.add("options_damaged", stream.name, segment.first_offset,
               fmt::format("segment {}..{}: the decide options that it names are missing, changed "
                           "or of a later version",
                           segment.first_offset, segment.last_offset));
  return &fallback_;
}

} // namespace aepro
