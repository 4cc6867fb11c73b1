#include "actors/validation/registry_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"

namespace aepro {

registry_state::registry_state(registry_actor::pointer self, storage_actor storage,
                               registry_options options)
    : self(self), storage(std::move(storage)), options(options), cache(options.cache) {
}

caf::result<subject_contexts> registry_state::answer(subject_keys& keys) {
  const auto now = self->clock().now();
  auto request = std::make_shared<waiting_request>();
  request->answer.resize(keys.size());
  subject_keys absent;
  for (std::size_t place = 0; place < keys.size(); ++place) {
    if (auto found = cache.find(keys[place], now)) {
      request->answer[place] = std::move(found);
      continue;
    }
    ++request->missing;
    const auto [entry, is_new] = look_ups.try_emplace(keys[place]);
    entry->second.waiting.emplace_back(request, place);
    if (is_new)
      absent.push_back(keys[place]);
  }
  if (request->missing == 0)
    return std::move(request->answer);
  request->promise = self->make_response_promise<subject_contexts>();
  if (!absent.empty())
    load(std::move(absent));
  return request->promise;
}

void registry_state::load(subject_keys keys) {
  self->request(storage, options.look_up_max, keys)
      .then([this, keys](const subject_contexts& contexts) { loaded(keys, contexts); },
            [this, keys](const caf::error& reason) { load_failed(keys, reason); });
}

void registry_state::loaded(const subject_keys& keys, const subject_contexts& contexts) {
  const auto now = self->clock().now();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto found = look_ups.extract(keys[i]);
    if (!found.mapped().changed)
      cache.put(keys[i], contexts[i], now);
    for (auto& [request, place] : found.mapped().waiting) {
      request->answer[place] = contexts[i];
      if (--request->missing == 0 && !request->failed)
        request->promise.deliver(std::move(request->answer));
    }
  }
}

void registry_state::load_failed(const subject_keys& keys, const caf::error& reason) {
  for (const auto& key : keys) {
    auto found = look_ups.extract(key);
    for (auto& [request, place] : found.mapped().waiting)
      if (!std::exchange(request->failed, true))
        request->promise.deliver(reason);
  }
}

registry_actor::behavior_type registry_state::make_behavior() {
  hide_exceptions(self);
  self->send(storage, subscribe_atom_v, registry_actor{self});
  return {
      [this](subject_keys& keys) { return answer(keys); },
      [this](invalidate_atom, const subject_keys& keys) {
        for (const auto& key : keys) {
          cache.erase(key);
          if (const auto found = look_ups.find(key); found != look_ups.end())
            found->second.changed = true;
        }
      },
  };
}

} // namespace aepro
