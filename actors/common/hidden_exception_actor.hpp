#pragma once

/// What becomes of an exception that ends an actor: a part of every actor.

#include "actors/common/invariant.hpp"

#include <boost/core/demangle.hpp>
#include <caf/error.hpp>
#include <caf/sec.hpp>

#include <exception>
#include <string>
#include <typeinfo>

namespace aepro {

/// Makes an exception the actor's exit reason, by its type alone, but for a broken invariant. What
/// it says may quote a record, and CAF would print it on stdout, where answers go.
template <class Self>
void hide_exceptions(Self* self) {
  self->set_exception_handler([](std::exception_ptr& thrown) -> caf::error {
    std::string type = "of a kind unknown";
    try {
      std::rethrow_exception(thrown);
    } catch (const broken_invariant& reason) {
      return caf::make_error(caf::sec::runtime_error,
                             std::string("broken invariant: ") + reason.what());
    } catch (const std::exception& reason) {
      type = boost::core::demangle(typeid(reason).name());
    } catch (...) {
    }
    return caf::make_error(caf::sec::runtime_error, "exception " + type);
  });
}

} // namespace aepro
