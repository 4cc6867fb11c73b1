#include "actors/review/review_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro {

review_actor_state::review_actor_state(review_actor::pointer self, storage_actor storage,
                                       review_options options)
    : self(self), storage(std::move(storage)), options(std::move(options)) {
}

void review_actor_state::schedule(std::chrono::milliseconds wait) {
  next_look.dispose();
  next_look = self->run_delayed(wait, [this] { look(); });
}

void review_actor_state::look() {
  self->request(storage, options.patience, claims_atom_v)
      .then([this](const partition_states& claims) { work(claims); },
            [this](const caf::error& reason) {
              failed("look", reason);
              schedule(options.interval);
            });
}

void review_actor_state::work(const partition_states& claims) {
  more = false;
  auto failure = open();
  if (!failure)
    failure = take_up(claims);
  if (failure) {
    store.reset();
    broken.clear();
    failed("store", failure);
    return schedule(pause.after_failure(options.interval));
  }
  pause.reset();
  if (broken.empty())
    options.done->broken.clear();
  if (!more)
    broken.clear(); // They are tried again.
  schedule(more ? std::min(options.rest, options.interval) : options.interval);
}

caf::error review_actor_state::open() {
  if (store)
    return {};
  auto opened = options.open_store();
  if (!opened)
    return std::move(opened.error());
  auto id = (*opened)->store_id();
  if (!id)
    return std::move(id.error());
  auto begins_anew = (*opened)->cover(reviewed_scales(options.changes.changes));
  if (!begins_anew)
    return std::move(begins_anew.error());
  if (*begins_anew)
    log::info("review", "history-begins",
              "forms that are stored are looked through for scores that no rule was about before");
  store = std::move(*opened);
  options.audience.planning.store_id = std::move(*id);
  return {};
}

/// One page of each stream at a look: none waits for another's past, or for another's damage.
caf::error review_actor_state::take_up(const partition_states& claims) {
  const auto now = store->now();
  if (!now)
    return now.error();
  const auto mutes = store->mutes(*now);
  if (!mutes)
    return mutes.error();
  std::uint64_t behind = 0;
  for (const auto& claim : claims) {
    if (broken.contains(claim.stream))
      continue;
    auto failure = take_up(claim, *mutes, *now, behind);
    if (failure == errc::store_broken)
      failure = note_broken(claim, std::move(failure), claims.size());
    options.done->behind = behind;
    if (failure)
      return failure;
  }
  return {};
}

/// What no retry mends may be this stream's alone: the others go on, over a new connection.
caf::error review_actor_state::note_broken(const stream_claim& claim, caf::error reason,
                                           std::size_t claims) {
  broken.insert(claim.stream);
  if (broken.size() == claims)
    return reason; // Of all: it is the store.
  store.reset();
  failed("stream", reason);
  return open();
}

caf::error review_actor_state::take_up(const stream_claim& claim,
                                       const std::vector<notification_mute>& mutes,
                                       unix_milliseconds now, std::uint64_t& behind) {
  const auto page = store->new_forms(claim.stream, options.page);
  if (!page)
    return page.error();
  const auto left = static_cast<std::uint64_t>(page->end_offset - page->next_offset);
  const auto read = static_cast<std::uint64_t>(page->next_offset - page->begin_offset);
  behind += left + read;
  if (read == 0)
    return {};
  const auto taken =
      store->take_up(claim, *page, [&](form_history history, std::span<const reviewed_form> forms) {
        return review_forms(std::move(history), forms, options.changes, options.audience, mutes,
                            now);
      });
  if (!taken)
    return taken.error();
  if (!taken->moved)
    return {};
  behind -= read;
  for (const auto& damage : page->damages)
    log::error("review", "segment-left-out",
               "{}; its forms are not compared with others: run `aepro verify`", damage);
  options.done->forms += page->forms.size();
  options.done->told += taken->told;
  more = more || left > 0;
  return {};
}

void review_actor_state::failed(std::string_view what, const caf::error& reason) {
  trouble.say(what, code_of(reason), error_text(reason), self->clock().now());
  if (reason == errc::store_broken)
    options.done->broken = error_text(reason);
}

review_actor::behavior_type review_actor_state::make_behavior() {
  hide_exceptions(self);
  schedule(options.interval);
  return {
      [this](publish_atom) { look(); },
      [this](status_atom) { return *options.done; },
  };
}

} // namespace aepro
