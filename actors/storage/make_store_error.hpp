#pragma once

/// Errors of the store adapters: an errc and a text that names the store.

#include "messages/type_ids.hpp"

#include <string>

namespace aepro {

/// Returns an error whose context is `text`.
inline caf::error make_store_error(errc code, std::string text) {
  return caf::make_error(code, std::move(text));
}

} // namespace aepro
