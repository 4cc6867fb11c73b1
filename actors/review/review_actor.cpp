#include "actors/review/review_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "messages/error_text.hpp"

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
    failed("store", failure);
    return schedule(pause.after_failure(options.interval));
  }
  pause.reset();
  options.done->broken.clear();
  schedule(more ? std::chrono::milliseconds{0} : options.interval);
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
  options.planning.store_id = std::move(*id);
  return {};
}

/// One page of each stream at a look: none waits for another's past.
caf::error review_actor_state::take_up(const partition_states& claims) {
  const auto now = store->now();
  if (!now)
    return now.error();
  const auto mutes = store->mutes(*now);
  if (!mutes)
    return mutes.error();
  options.done->behind = 0;
  for (const auto& claim : claims)
    if (auto failure = take_up(claim, *mutes, *now))
      return failure;
  return {};
}

caf::error review_actor_state::take_up(const stream_claim& claim,
                                       const std::vector<notification_mute>& mutes,
                                       unix_milliseconds now) {
  const auto page = store->new_forms(claim.stream, options.page);
  if (!page)
    return page.error();
  if (page->next_offset == page->begin_offset)
    return {};
  const auto plan = [&](form_history history, std::span<const reviewed_form> forms) {
    auto outcome = plan_review(std::move(history), forms, options.changes);
    history_changes changes{std::move(outcome.kept), std::move(outcome.dropped), {}};
    for (const auto& alert : outcome.alerts)
      changes.told.push_back(
          review_notification(alert, options.rules, mutes, options.planning, now));
    return changes;
  };
  const auto taken = store->take_up(claim, *page, plan);
  if (!taken)
    return taken.error();
  if (!taken->moved)
    return {};
  for (const auto& damage : page->damages)
    log::error("review", "segment-left-out",
               "{}; its forms are not compared with others: run `aepro verify`", damage);
  options.done->forms += page->forms.size();
  options.done->told += taken->told;
  options.done->behind += static_cast<std::uint64_t>(page->end_offset - page->next_offset);
  more = more || page->next_offset < page->end_offset;
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
