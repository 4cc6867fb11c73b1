#include "actors/notifier/notifier_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::chrono::seconds answer_margin{5}; ///< Beyond a channel's own patience.

/// People's servers take messages one by one; Kafka and the log take a whole batch at once.
channel_limits limits_of(const channel_settings& settings) {
  channel_limits limits;
  limits.per_minute_max = settings.per_minute_max;
  switch (settings.type) {
    case channel_type::smtp:
    case channel_type::webhook:
      limits.waiting_max = 20;
      break; // A node that dies sends them all again.
    case channel_type::kafka:
    case channel_type::log: limits.waiting_max = 1'000; break;
  }
  return limits;
}

std::size_t count(const channel_outcomes& outcomes, attempt_result result) {
  return static_cast<std::size_t>(std::ranges::count(outcomes, result, &channel_outcome::result));
}

} // namespace

notifier_state::notifier_state(notifier_actor::pointer self, storage_actor storage,
                               notifier_options options)
    : self(self), storage(std::move(storage)), options(std::move(options)),
      alarms(this->options.alarm_after),
      random(static_cast<std::minstd_rand::result_type>(this->options.seed)) {
  for (const auto& one : this->options.rules.channels)
    channels.try_emplace(one.name, one);
}

notifier_state::channel_place::channel_place(const channel_settings& settings)
    : settings(settings), gate(limits_of(settings)) {
}

notifier_state::~notifier_state() {
  for (auto& [name, place] : channels)
    if (place.actor)
      caf::anon_send_exit(place.actor, caf::exit_reason::user_shutdown);
}

/// A drain's last look is at its end.
void notifier_state::schedule(std::chrono::milliseconds wait) {
  if (drain_deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*drain_deadline - self->clock().now());
    wait = std::clamp(left, std::chrono::milliseconds{0}, wait);
  }
  next_look.dispose();
  next_look = self->run_delayed(wait, [this] { look(); });
}

// -- looking -------------------------------------------------------------------------------------

void notifier_state::look() {
  self->request(storage, options.patience, claims_atom_v)
      .then(
          [this](const partition_states& claims) {
            claims_known = true;
            work(claims);
          },
          [this](const caf::error& reason) {
            failed("look", reason);
            claims_known = false;
            work({}); // Without claims nothing is taken up, but what is due can be delivered.
          });
}

void notifier_state::work(const partition_states& claims) {
  auto failure = open();
  auto now = failure ? caf::expected<unix_milliseconds>{failure} : store->now();
  if (now) {
    failure = write_reports();
    if (!failure)
      failure = store_alarms(*now);
    if (!failure)
      failure = take_up(claims, *now);
    if (!failure)
      failure = begin_due(*now);
    if (!failure)
      failure = count_exhausted();
  } else {
    failure = std::move(now.error());
  }
  note_store(failure);
  note_alarms();
  if (failure) {
    store.reset();
    failed("store", failure);
    tell_without_store();
    end_drain_when_over();
    const std::uint32_t doublings_max =
        untold.empty() ? 5 : 2; // What cannot be stored is told by these looks.
    return schedule(pause.after_failure(options.interval, doublings_max));
  }
  pause.reset();
  options.told->broken.clear();
  end_drain_when_done(*now);
  schedule(more_due && in_flight < options.in_flight_max ? std::chrono::milliseconds{0}
                                                         : options.interval);
}

caf::error notifier_state::open() {
  if (store)
    return {};
  auto opened = options.open_store();
  if (!opened)
    return std::move(opened.error());
  auto id = (*opened)->store_id();
  if (!id)
    return std::move(id.error());
  store = std::move(*opened);
  store_id = std::move(*id);
  return {};
}

/// One page of each stream at a look: people wait for what is due.
caf::error notifier_state::take_up(const partition_states& claims, unix_milliseconds now) {
  all_taken_up = claims_known;
  auto mutes = store->mutes(now);
  if (!mutes)
    return std::move(mutes.error());
  known_mutes = *mutes;
  const planner_options planning{store_id, options.age_max};
  for (const auto& claim : claims) {
    const auto page = store->new_alerts(claim.stream, options.page_max);
    if (!page)
      return page.error();
    if (page->alerts.empty())
      continue; // The cursor may stay: an empty range is found as fast from there.
    std::vector<notification> made;
    for (const auto& alert : page->alerts)
      made.push_back(wait_for_others(plan_notification(alert, options.rules, *mutes, planning, now),
                                     options.rules, options.fallback_role, options.digests));
    note_withheld(claim.stream, made);
    const auto taken = store->take_up(claim, *page, made);
    if (!taken)
      return taken.error();
    if (*taken)
      options.told->taken_up += static_cast<std::uint64_t>(
          std::ranges::count_if(made, [this](const notification& one) { return was_made(one); }));
    all_taken_up = false;
  }
  return {};
}

/// Of those that need people who were told before only the store knows; they are few.
bool notifier_state::was_made(const notification& one) {
  if (!one.only_if_told)
    return true;
  const auto found = store->list({.key = one.key, .rows_max = 1});
  return found && !found->empty();
}

/// A producer's clock that is behind, or an outage of days, makes new records old.
void notifier_state::note_withheld(const stream_name& stream,
                                   const std::vector<notification>& made) {
  const auto old = std::ranges::count(made, too_old, &notification::ended_reason);
  if (old == 0)
    return;
  if (const auto held = throttle.admit("withheld", self->clock().now()))
    log::warn("notifier", "alerts-withheld",
              "topic {} partition {}: {} alerts, of records that are older than "
              "notifier.alert_age_max: nobody is told; "
              "`aepro alerts list --state withheld` shows them; {} like it before",
              stream.topic, stream.partition, old, *held);
}

/// Whoever exhausted them: somebody must look at them.
caf::error notifier_state::count_exhausted() {
  const auto now = self->clock().now();
  if (now < next_count)
    return {};
  next_count = now + std::chrono::minutes{1};
  const auto counts = store->counts();
  if (!counts)
    return counts.error();
  options.told->exhausted = static_cast<std::uint64_t>(
      counts->at(static_cast<std::size_t>(notification_state::exhausted)));
  return {};
}

caf::error notifier_state::begin_due(unix_milliseconds now) {
  const auto free = options.in_flight_max - std::min(options.in_flight_max, in_flight);
  more_due = false;
  if (free == 0)
    return {};
  const auto flood = find_flood(now);
  if (!flood)
    return flood.error();
  // What is in a flood is left to it; urgent ones go first.
  auto leased = store->lease(now, options.lease.count(), options.node, free,
                             *flood ? urgency::urgent : urgency::routine);
  if (!leased)
    return std::move(leased.error());
  more_due = leased->size() == free;
  for (const auto& one : *leased)
    begin(plan(one, now), now);
  send_all();
  if (*flood)
    if (auto failed = begin_flood(**flood, now))
      return failed;
  return write_reports();
}

void notifier_state::begin(planned_delivery planned, unix_milliseconds now) {
  ++in_flight;
  if (planned.channel.empty())
    settle(std::move(planned.what), planned.lease, {});
  else if (planned.messages.empty())
    settle(planned, {}, 0, now);
  else
    put(std::move(planned));
}

/// Into the channel's next batch; or back into the store where the channel is full.
void notifier_state::put(planned_delivery delivery) {
  auto& place = channels.at(delivery.channel);
  const auto room = place.gate.room(self->clock().now());
  const bool is_first = room > 0 && place.next.empty(); // However many recipients it has.
  if (is_first || place.next_messages + delivery.messages.size() <= room) {
    place.next_messages += delivery.messages.size();
    place.next.push_back(std::move(delivery));
    return;
  }
  const auto until =
      delivery.at + place.gate.wait(self->clock().now(), options.escalation.backoff_min).count();
  put_back_until = std::max(put_back_until, until);
  put_back(delivery, until);
}

// -- delivering ----------------------------------------------------------------------------------

/// Drawn, so that what a dead channel leaves does not come back all at once.
std::chrono::milliseconds notifier_state::held_for() {
  constexpr std::chrono::milliseconds longest{10'000};
  const auto least = options.escalation.backoff_min;
  const auto range = std::max(least, std::min(longest, options.escalation.backoff_max)) - least;
  return least +
         std::chrono::milliseconds{static_cast<std::int64_t>(random()) % (range.count() + 1)};
}

void notifier_state::send_all() {
  for (auto& [name, place] : channels)
    send(place);
}

void notifier_state::send(channel_place& place) {
  if (place.next.empty())
    return;
  auto batch = std::exchange(place.next, {});
  const auto messages = std::exchange(place.next_messages, 0);
  if (!place.gate.admits(self->clock().now())) {
    ++status_of(place.settings.name).held_back;
    for (const auto& one : batch)
      put_back(one, one.at + held_for().count());
    return;
  }
  if (!place.actor)
    place.actor =
        options.detach
            ? self->spawn<channel_impl, caf::detached>(options.channel_opener(place.settings))
            : self->spawn<channel_impl>(options.channel_opener(place.settings));
  auto out = std::make_shared<channel_batch>();
  out->patience = place.settings.timeout;
  for (const auto& one : batch)
    out->messages.insert(out->messages.end(), one.messages.begin(), one.messages.end());
  place.gate.begin(messages, self->clock().now());
  status_of(place.settings.name).waiting = place.gate.waiting();
  self->request(place.actor, place.settings.timeout + answer_margin,
                channel_batch_ptr{std::move(out)})
      .then([this, name = place.settings.name, batch](
                const channel_outcomes& outcomes) { finish(channels.at(name), batch, outcomes); },
            [this, name = place.settings.name, batch](const caf::error& reason) {
              lost(channels.at(name), batch, reason);
            });
}

void notifier_state::finish(channel_place& place, const std::vector<planned_delivery>& batch,
                            const channel_outcomes& outcomes) {
  place.gate.answered(outcomes.size(),
                      !outcomes.empty() &&
                          count(outcomes, attempt_result::failed) == outcomes.size(),
                      self->clock().now());
  auto& status = status_of(place.settings.name);
  status.waiting = place.gate.waiting();
  for (const auto& outcome : outcomes)
    note(status, outcome);
  if (count(outcomes, attempt_result::failed) < outcomes.size()) {
    place.failing_since = place.failed_at = std::nullopt;
  } else if (!outcomes.empty()) {
    place.failed_at = self->clock().now();
    place.failing_since = place.failing_since.value_or(*place.failed_at);
  }
  auto failure = open();
  const auto now = failure ? caf::expected<unix_milliseconds>{failure} : store->now();
  std::size_t first = 0;
  for (const auto& one : batch) { // Without the store's clock: the instant at which it was leased.
    settle(one, outcomes, first, now ? *now : one.at);
    first += one.messages.size();
  }
  if (!now || (failure = write_reports())) {
    failed("store", now ? failure : now.error());
    store.reset(); // The next look writes them.
  } else if (more_due) {
    schedule(std::chrono::milliseconds{0});
  }
}

/// Its actor has died, or hangs: another takes its place, and what was under way is tried again.
void notifier_state::lost(channel_place& place, const std::vector<planned_delivery>& batch,
                          const caf::error& reason) {
  log::error("notifier", "channel-lost", "channel {} reason {}: it is opened anew",
             place.settings.name, error_text(reason));
  if (place.actor)
    self->send_exit(place.actor, caf::exit_reason::kill);
  place.actor = nullptr;
  std::size_t messages = 0;
  for (const auto& one : batch)
    messages += one.messages.size();
  const channel_outcome none{attempt_result::failed, "",
                             "the channel did not answer: " + error_text(reason),
                             std::chrono::milliseconds{0}};
  finish(place, batch, channel_outcomes(messages, none));
}

void notifier_state::failed(std::string_view what, const caf::error& reason) {
  trouble.say(what, code_of(reason), error_text(reason), self->clock().now());
  if (reason == errc::store_broken)
    options.told->broken = error_text(reason);
}

/// Also where the store does not answer.
void notifier_state::end_drain_when_over() {
  if (!drain_deadline || self->clock().now() < *drain_deadline)
    return;
  options.told->complete = false;
  options.told->in_flight = in_flight;
  drained.deliver(*options.told);
  self->quit();
}

void notifier_state::end_drain_when_done(unix_milliseconds now) {
  if (!drain_deadline)
    return;
  const bool is_quiet = all_taken_up && in_flight == 0 && !more_due && now >= put_back_until;
  if (!is_quiet && self->clock().now() < *drain_deadline)
    return;
  const auto counts =
      store ? store->counts() : caf::expected<std::vector<std::int64_t>>{caf::error{}};
  options.told->complete =
      is_quiet && counts && counts->at(static_cast<std::size_t>(notification_state::waiting)) == 0;
  options.told->in_flight = in_flight;
  drained.deliver(*options.told);
  self->quit();
}

notifier_actor::behavior_type notifier_state::make_behavior() {
  hide_exceptions(self);
  schedule(options.interval);
  return {
      [this](publish_atom) { look(); },
      [this](system_alarms& present) { troubles = std::move(present); },
      [this](drain_atom, caf::timespan most) -> caf::result<notifier_status> {
        drain_deadline = self->clock().now() + most;
        drained = self->make_response_promise<notifier_status>();
        schedule(std::chrono::milliseconds{0});
        return drained;
      },
      [this](status_atom) {
        options.told->in_flight = in_flight;
        note_failing();
        return *options.told;
      },
  };
}

} // namespace aepro
