#include "messages/type_ids.hpp"

namespace aepro {

bool from_integer(std::underlying_type_t<errc> value, errc& code) {
  if (value > static_cast<std::underlying_type_t<errc>>(errc::content_refused))
    return false;
  code = static_cast<errc>(value);
  return true;
}

bool from_string(caf::string_view text, errc& code) {
  for (std::underlying_type_t<errc> value = 0; from_integer(value, code); ++value)
    if (to_string(code) == std::string_view(text.data(), text.size()))
      return true;
  return false;
}

} // namespace aepro
