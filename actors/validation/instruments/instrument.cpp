#include "actors/validation/instruments/instrument.hpp"

#include "actors/validation/instruments/embedded_instruments.hpp"

#include <algorithm>

namespace aepro {

namespace {

char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

std::vector<instrument> read_all() {
  std::vector<instrument> result;
  for (const auto& source : embedded_instruments())
    result.push_back(read_instrument(source.file, source.json));
  return result;
}

} // namespace

std::optional<std::uint8_t> instrument::find_item(std::string_view link_id,
                                                  std::size_t expected) const {
  if (expected < items.size() && items[expected].link_id == link_id)
    return static_cast<std::uint8_t>(expected);
  const auto found = std::ranges::lower_bound(
      links, link_id, {}, [](const auto& link) { return std::string_view(link.first); });
  if (found == links.end() || found->first != link_id)
    return std::nullopt;
  return found->second;
}

std::span<const instrument> instruments() {
  static const std::vector<instrument> all = read_all();
  return all;
}

const instrument* find_instrument(std::string_view name) {
  while (name.starts_with(' '))
    name.remove_prefix(1);
  while (name.ends_with(' '))
    name.remove_suffix(1);
  for (const auto& candidate : instruments())
    for (const auto& alias : candidate.aliases)
      if (std::ranges::equal(name, alias, {}, upper))
        return &candidate;
  return nullptr;
}

} // namespace aepro
