#pragma once

/// Errors as people read them.

#include "messages/type_ids.hpp"

#include <caf/error.hpp>
#include <caf/message.hpp>

#include <string>

namespace aepro {

/// Returns the error's own text, else its code. Works without an actor system.
inline std::string error_text(const caf::error& error) {
  if (!error)
    return "no error";
  if (error.context().size() == 1 && error.context().match_element<std::string>(0))
    return error.context().get_as<std::string>(0);
  return to_string(error);
}

} // namespace aepro
