#include "actors/clocks/clock_actor.hpp"

#include "actors/clocks/clock_stages.hpp"
#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "messages/error_text.hpp"

namespace aepro {

namespace {

/// Behind so many records without a version the cursor moves all the same: they need not be looked
/// through again.
constexpr std::int64_t offsets_without_versions_max = 1'000;

} // namespace

clock_actor_state::clock_actor_state(clock_actor::pointer self, storage_actor storage,
                                     clock_options options)
    : self(self), storage(std::move(storage)), options(std::move(options)) {
}

void clock_actor_state::schedule(std::chrono::milliseconds wait) {
  next_look.dispose();
  next_look = self->run_delayed(wait, [this] { look(); });
}

void clock_actor_state::look() {
  self->request(storage, options.patience, claims_atom_v)
      .then([this](const partition_states& claims) { work(claims); },
            [this](const caf::error& reason) {
              failed("look", reason);
              work({}); // Without claims nothing is taken up, but what is due can be told.
            });
}

void clock_actor_state::work(const partition_states& claims) {
  more = false;
  auto failure = open();
  const auto now = failure ? caf::expected<unix_milliseconds>{failure} : store->now();
  if (now) {
    failure = take_up(claims, *now);
    if (!failure)
      failure = tell_due(*now);
    if (!failure)
      failure = count(*now);
  } else {
    failure = now.error();
  }
  if (failure) {
    store.reset();
    failed("store", failure);
    return schedule(pause.after_failure(options.interval));
  }
  pause.reset();
  options.done->broken.clear();
  schedule(more ? std::chrono::milliseconds{0} : options.interval);
}

caf::error clock_actor_state::open() {
  if (store)
    return {};
  auto opened = options.open_store();
  if (!opened)
    return std::move(opened.error());
  auto id = (*opened)->store_id();
  if (!id)
    return std::move(id.error());
  store = std::move(*opened);
  options.planning.store_id = std::move(*id);
  return {};
}

/// One page of each stream at a look: what is due does not wait for old topics.
caf::error clock_actor_state::take_up(const partition_states& claims, unix_milliseconds now) {
  for (const auto& claim : claims)
    if (auto failure = take_up(claim, now))
      return failure;
  return {};
}

caf::error clock_actor_state::take_up(const stream_claim& claim, unix_milliseconds now) {
  const auto page = store->new_versions(claim.stream, options.page_max);
  if (!page)
    return page.error();
  if (page->versions.empty() &&
      page->next_offset - page->begin_offset < offsets_without_versions_max)
    return {};
  const auto taken = store->take_up(claim, *page, options.case_versions_max,
                                    [this, now](const case_history& history) {
                                      return plan_clocks(history, options.planning, now);
                                    });
  if (!taken)
    return taken.error();
  options.done->made += taken->clocks_made;
  more = more || (taken->moved && !page->versions.empty());
  if (taken->versions_left_out > 0)
    log::error("clocks", "versions-left-out",
               "stream {}/{} before offset {}: {} versions of reports that have "
               "clocks.case_versions_max already; look "
               "at their clocks yourself, or raise it",
               claim.stream.topic, claim.stream.partition, page->next_offset,
               taken->versions_left_out);
  return {};
}

/// Whoever is first tells: the other nodes find the clock changed.
caf::error clock_actor_state::tell_due(unix_milliseconds now) {
  if (options.rules.channels.empty())
    return {};
  const auto due = store->due(now, options.tell_max);
  if (!due)
    return due.error();
  if (due->empty())
    return {};
  const auto mutes = store->mutes(now);
  if (!mutes)
    return mutes.error();
  for (const auto& clock : *due) {
    const auto stage = due_stage(clock, now);
    if (!stage)
      continue;
    const auto told = store->tell(
        after_stage(clock, *stage),
        clock_notification(clock, *stage, options.rules, *mutes, options.planning.store_id, now));
    if (!told)
      return told.error();
    options.done->told += *told ? 1 : 0;
  }
  more = more || due->size() == options.tell_max;
  return {};
}

/// Whoever made them: somebody must look at those that were missed.
caf::error clock_actor_state::count(unix_milliseconds now) {
  const auto instant = self->clock().now();
  if (next_count && instant < *next_count)
    return {};
  next_count = instant + std::chrono::seconds{10};
  const auto counts = store->counts(now);
  if (!counts)
    return counts.error();
  options.done->running = counts->running;
  options.done->missed = counts->missed;
  return {};
}

void clock_actor_state::failed(std::string_view what, const caf::error& reason) {
  trouble.say(what, code_of(reason), error_text(reason), self->clock().now());
  if (reason == errc::store_broken)
    options.done->broken = error_text(reason);
}

clock_actor::behavior_type clock_actor_state::make_behavior() {
  hide_exceptions(self);
  schedule(options.interval);
  return {
      [this](publish_atom) { look(); },
      [this](status_atom) { return *options.done; },
  };
}

} // namespace aepro
