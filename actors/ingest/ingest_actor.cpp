#include "actors/ingest/ingest_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

namespace aepro {

ingest_state::ingest_state(ingest_actor::pointer self, validation_actor validation,
                           storage_actor storage, ingest_options options)
    : self(self), validation(std::move(validation)), storage(std::move(storage)),
      options(std::move(options)), gate(this->options.subjects_topic),
      window({this->options.window.is_adaptive, this->options.window.batches_min,
              this->options.credit.batches_max}),
      brake({this->options.delay_max, this->options.credit.batches_max}),
      stamps(this->options.clock->difference_max()),
      awake(std::make_shared<std::atomic<bool>>(false)),
      random(static_cast<std::minstd_rand::result_type>(this->options.seed + 1)),
      retries_left(this->options.retry_budget) {
}

/// However it ends, the tally goes on without what was in flight.
ingest_state::~ingest_state() {
  for (auto& [stream, owned] : streams)
    leave(owned);
}

void ingest_state::poll() {
  granted_batches = {};
  brake.release(self->clock().now());
  out_of_room = false;
  auto events = source->poll([this](const stream_name& stream) { return room(stream); });
  if (!events.empty())
    wake(); // There may be more than a poll takes.
  for (auto& event : events) {
    std::visit([this](auto& body) { handle(std::move(body)); }, event);
    if (stopped)
      return;
  }
  const auto now = self->clock().now();
  claim_streams(now);
  hand_over(now);
  watch(now);
  check_catch_up(now);
  check_store(now);
  send_batches(now);
  commit(now, false);
  options.tally->observe(now);
  if (draining)
    finish_drain(now);
}

/// Polls again as soon as the messages before it are read.
void ingest_state::wake() {
  if (!awake->exchange(true))
    self->send(self, wake_atom_v);
}

/// At most a batch per stream and poll: credits are shared out while they are scarce.
std::size_t ingest_state::room(const stream_name& stream) {
  const auto found = streams.find(stream);
  if (draining || found == streams.end() || found->second.state != stream_state::running ||
      options.paused->contains(stream))
    return 0;
  auto batches = batches_in_flight();
  for (const auto one : all_lanes)
    batches[one] += granted_batches[one];
  const auto which = lane_of(stream);
  if (which != lane::adverse_events && batches[which] >= brake.batches()) {
    out_of_room = true;
    return 0;
  }
  const auto left = present_credit().batches_left(options.lanes, which, batches, bytes_in_flight);
  const auto records =
      left > 0 ? std::min(found->second.intake->room(), options.intake.batch_records_max) : 0;
  granted_batches[which] += records > 0 ? 1 : 0;
  out_of_room = out_of_room || records == 0;
  return records;
}

per_lane<std::size_t> ingest_state::batches_in_flight() const {
  per_lane<std::size_t> batches;
  for (const auto& [name, owned] : streams)
    batches[lane_of(name)] += owned.intake ? owned.intake->batches_in_flight() : 0;
  return batches;
}

void ingest_state::brake_others(time_point now, std::chrono::nanoseconds latency) {
  per_lane<std::size_t> records;
  for (const auto& [name, owned] : streams)
    records[lane_of(name)] += owned.intake ? owned.intake->records_in_flight() : 0;
  const auto urgent = records[lane::adverse_events];
  brake.observe(now, latency, urgent, sum_of(records) - urgent);
}

/// What a stream holds has changed.
void ingest_state::note_bytes(const stream_name& stream, std::size_t before, std::size_t after) {
  auto& bytes = bytes_in_flight[lane_of(stream)];
  bytes += after;
  bytes -= std::min(bytes, before);
}

shared_credit ingest_state::present_credit() const {
  auto credit = options.credit;
  credit.batches_max = window.batches();
  return credit;
}

void ingest_state::handle(records_fetched&& event) {
  const auto now = self->clock().now();
  const auto found = streams.find(event.stream);
  if (found == streams.end() || !found->second.intake)
    return; // Not ours any more: the next owner reads them again.
  last_activity = now;
  compare_clocks(found->second, event, now);
  auto& intake = *found->second.intake;
  const auto before = intake.bytes_in_flight();
  options.tally->read_records += intake.add(std::move(event), now);
  note_bytes(found->first, before, intake.bytes_in_flight());
}

void ingest_state::handle(source_failed&& event) {
  const auto where = event.stream ? text_of(*event.stream) : std::string{"broker"};
  if (!is_transient(event.code)) {
    stop_node(event.code, fmt::format("{}: {}", where, event.text));
    return;
  }
  const auto cause = to_string(event.code) + where;
  if (const auto held = throttle.admit(cause, self->clock().now()))
    log::warn("ingest", "broker-trouble", "{} {}: {} (and {} more like this)",
              to_string(event.code), where, event.text, *held);
}

void ingest_state::send_batches(time_point now) {
  for (auto& [stream, owned] : streams) {
    if (owned.state != stream_state::running &&
        (owned.state != stream_state::handing_over || !owned.intake))
      continue;
    while (auto batch = owned.intake->next(now))
      send(stream, std::move(batch), now);
  }
}

void ingest_state::send(const stream_name& stream, std::shared_ptr<record_batch> batch,
                        time_point now) {
  const auto begin = batch->begin_offset;
  const auto epoch = batch->epoch;
  const auto left = std::max(batch->deadline - now, time_point::duration{1});
  self->request(validation, left, std::move(batch))
      .then([this, stream, epoch,
             now](const settlement& answer) { settled(stream, epoch, answer, now); },
            [this, stream, epoch, begin](const caf::error& reason) {
              failed(stream, epoch, begin, reason);
            });
}

void ingest_state::settled(const stream_name& stream, std::uint64_t epoch, const settlement& answer,
                           time_point sent_at) {
  const auto now = self->clock().now();
  const auto found = streams.find(stream);
  if (found == streams.end() || !found->second.intake ||
      found->second.intake->claim().epoch != epoch) {
    reached<"settled-after-the-claim-was-left">();
    options.tally->settled_late(stream, epoch, answer);
    return;
  }
  last_activity = now;
  window.observe(now, now - sent_at, sum_of(batches_in_flight()));
  if (lane_of(stream) == lane::adverse_events)
    brake_others(now, now - sent_at);
  found->second.was_rebuilt = found->second.is_stuck = false;
  found->second.waits_since.reset();
  auto& intake = *found->second.intake;
  const auto before = intake.bytes_in_flight();
  const auto counted = intake.counts();
  intake.settled(answer, now, options.wall() + options.clock->correction().count(),
                 options.tally->latency_of(lane_of(stream)));
  options.tally->counts += intake.counts() - counted;
  note_bytes(stream, before, intake.bytes_in_flight());
  send_batches(now);
  if (out_of_room || found->second.state == stream_state::handing_over)
    wake();
}

void ingest_state::failed(const stream_name& stream, std::uint64_t epoch, std::int64_t begin_offset,
                          const caf::error& reason) {
  const auto now = self->clock().now();
  const auto found = streams.find(stream);
  if (found == streams.end() || !found->second.intake ||
      found->second.intake->claim().epoch != epoch)
    return;
  const auto code = code_of(reason);
  if (code == errc::fenced) {
    fenced(stream, found->second, now, "another owner has claimed it");
    return;
  }
  if (!is_transient(code)) {
    stop_node(code, fmt::format("{} at offset {}: {}", text_of(stream), begin_offset,
                                error_text(reason)));
    return;
  }
  ++options.tally->retries;
  found->second.intake->failed(begin_offset, now, random(), &retries_left);
  if (code != errc::deadline_exceeded && code != errc::out_of_order)
    found->second.intake->answered(now);
  if (code == errc::out_of_order)
    return; // The batch before it failed, and has been logged.
  if (const auto held = throttle.admit(to_string(code), now))
    log::warn(
        "ingest", "batch-retried", "{} {} at offset {}: {} (and {} more like this)",
        to_string(code), text_of(stream), begin_offset,
        reason == caf::sec::request_timeout
            ? fmt::format(
                  "not durable within its lane's deadline of {} ms: the store is slow, or hangs",
                  deadline_of(stream).count())
            : error_text(reason),
        *held);
}

void ingest_state::commit(time_point now, bool at_once) {
  if (!at_once && now - last_commit < options.commit_interval)
    return;
  last_commit = now;
  for (auto& [stream, owned] : streams) {
    if (!owned.intake || owned.intake->durable_offset() <= owned.committed)
      continue;
    owned.committed = owned.intake->durable_offset();
    source->commit(stream, owned.committed);
  }
}

void ingest_state::finish_drain(time_point now) {
  const bool settled = std::all_of(streams.begin(), streams.end(), [](const auto& entry) {
    return !entry.second.intake || entry.second.intake->records_in_flight() == 0;
  });
  if (!settled && now < drain_deadline)
    return;
  commit(now, true);
  const auto& counts = options.tally->counts;
  std::uint64_t left = 0;
  for (const auto& [stream, owned] : streams)
    left += owned.intake ? owned.intake->records_in_flight() : 0;
  log::info("ingest", "drained",
            "accepted {} rejected {} duplicate {} conflict {} left in flight {}", counts.accepted,
            counts.rejected, counts.duplicate, counts.conflict, left);
  auto last = status();
  streams.clear();
  source->close();
  drained.deliver(std::move(last));
  self->quit(caf::exit_reason::normal);
}

void ingest_state::stop_node(errc code, const std::string& text) {
  stopped = true; // The supervisor logs it.
  self->quit(caf::make_error(code, fmt::format("{}: {}", to_string(code), text)));
}

ingest_actor::behavior_type ingest_state::make_behavior() {
  hide_exceptions(self);
  started_at = self->clock().now();
  source = options.open();
  auto wake_from_outside = [address = self->address(), awake = awake] {
    if (awake->exchange(true))
      return;
    if (const auto target = caf::actor_cast<ingest_actor>(address))
      caf::anon_send(target, wake_atom_v);
  };
  if (auto failure = source->open(std::move(wake_from_outside))) {
    stop_node(code_of(failure), error_text(failure));
    return ingest_actor::behavior_type::make_empty_behavior();
  }
  self->send(self, poll_atom_v);
  return {
      [this](poll_atom) {
        poll();
        self->delayed_send(self, options.poll_interval, poll_atom_v);
      },
      [this](wake_atom) {
        awake->store(false);
        poll();
      },
      [this](drain_atom, caf::timespan most) -> caf::result<ingest_status> {
        draining = true;
        drain_deadline = self->clock().now() + most;
        drained = self->make_response_promise<ingest_status>();
        return drained;
      },
      [this](status_atom) { return status(); },
      [this](pause_atom, const stream_name& stream) { return pause(stream); },
      [this](resume_atom, const stream_name& stream) { return resume(stream); },
      [this](check_atom, const stored_streams& stored) { return check(stored); },
  };
}

} // namespace aepro
