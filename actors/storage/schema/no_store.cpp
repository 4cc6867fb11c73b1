#include "actors/storage/schema/no_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace aepro {

std::string no_store_text(std::string_view database, std::span<const std::string> others) {
  if (others.empty())
    return fmt::format("{}: no aepro store: run aepro migrate to make one", database);
  constexpr std::size_t shown_max = 3;
  const auto shown = others.first(std::min(others.size(), shown_max));
  return fmt::format("{}: no aepro store, and {} of others ({}{}): give aepro an empty database "
                     "of its own and run aepro migrate",
                     database,
                     others.size() == 1 ? "a table" : fmt::format("{} tables", others.size()),
                     fmt::join(shown, ", "), others.size() > shown.size() ? ", ..." : "");
}

} // namespace aepro
