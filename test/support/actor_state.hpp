#pragma once

/// The inside of an actor, for tests that put a fault into it.

#include <caf/all.hpp>

namespace aepro::test {

/// Returns an actor's state, to put a fault into it.
template <class Impl, class Handle>
auto& state_of(const Handle& handle) {
  return dynamic_cast<Impl&>(*caf::actor_cast<caf::abstract_actor*>(handle)).state;
}

/// Returns whether an actor has ended: it has no state any more.
template <class Handle>
bool has_ended(const Handle& handle) {
  const auto* actor = caf::actor_cast<caf::abstract_actor*>(handle);
  return actor == nullptr || actor->getf(caf::abstract_actor::is_terminated_flag);
}

} // namespace aepro::test
