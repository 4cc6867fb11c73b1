/// The part of the supervisor that is asked and told from outside, and that compares the stages'
/// counts.

#include "actors/common/log.hpp"
#include "actors/control/control_text.hpp"
#include "actors/supervisor/completeness.hpp"
#include "actors/supervisor/supervisor_actor.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

/// What the stages have answered so far.
struct inspection {
  node_status status;
  storage_status stored;
  std::size_t open = 0; ///< Questions without an answer.
  caf::typed_response_promise<node_status> promise;

  void answered() {
    if (--open > 0)
      return;
    name_holders(status.intake.streams, stored.streams);
    promise.deliver(std::move(status));
  }
};

} // namespace

/// A stage that starts again because one before it died says so.
void supervisor_state::note_restart(std::size_t first, const std::string& reason) {
  for (std::size_t stage = first; stage < stages; ++stage) {
    if (!is_wanted(stage))
      continue;
    ++history[stage].restarts;
    history[stage].reason =
        stage == first ? reason : fmt::format("after {}: {}", stage_names[first], reason);
  }
}

/// What needs no question.
node_status supervisor_state::own_status() const {
  node_status answer;
  answer.intake = options.ingest.tally->status(self->clock().now());
  answer.draining = is_ending();
  answer.commands.assign(commands.begin(), commands.end());
  for (const auto& [stream, difference] : incomplete)
    answer.incomplete.push_back(difference);
  for (std::size_t stage = 0; stage < stages; ++stage)
    if (is_wanted(stage))
      answer.stages.push_back({std::string{stage_names[stage]}, running[stage],
                               history[stage].restarts, history[stage].reason});
  return answer;
}

caf::result<node_status> supervisor_state::inspect() {
  auto asked = std::make_shared<inspection>();
  asked->promise = self->make_response_promise<node_status>();
  asked->status = own_status();
  // One that may wait for the store, which is asked itself, or for the broker is silent after a
  // while only.
  const auto ask = [&](std::size_t stage, bool may_wait, const auto& actor, auto take) {
    if (!running[stage])
      return;
    ++asked->open;
    self->request(actor, options.answer_max, status_atom_v)
        .then(take, [this, asked, stage, may_wait](const caf::error&) {
          if (!may_wait || is_silent(stage))
            asked->status.silent_stages.emplace_back(stage_names[stage]);
          asked->answered();
        });
  };
  ++asked->open; // Nothing is delivered until all are asked.
  ask(ingest_stage, false, ingest, [asked](const ingest_status& said) {
    asked->status.intake = said;
    asked->answered();
  });
  ask(validation_stage, false, validation, [asked](const pool_status& said) {
    asked->status.pools.push_back(said);
    asked->answered();
  });
  ask(storage_stage, false, storage, [asked](const storage_status& said) {
    asked->stored = said;
    asked->status.pools.push_back(said.pool);
    asked->status.breaker = said.breaker;
    asked->answered();
  });
  ask(publisher_stage, true, publisher, [this, asked](const outbound_status& said) {
    heard(publisher_stage);
    asked->status.published = said;
    asked->answered();
  });
  ask(notifier_stage, true, notifier, [this, asked](const notifier_status& said) {
    heard(notifier_stage);
    asked->status.told = said;
    asked->answered();
  });
  ask(clocks_stage, true, clocks, [this, asked](const clock_status& said) {
    heard(clocks_stage);
    asked->status.clocks = said;
    asked->answered();
  });
  ask(review_stage, true, reviews, [this, asked](const review_status& said) {
    heard(review_stage);
    asked->status.reviews = said;
    asked->answered();
  });
  ask(acknowledge_stage, true, acknowledge, [this, asked](const acknowledge_status& said) {
    heard(acknowledge_stage);
    asked->status.acknowledged = said;
    asked->answered();
  });
  asked->answered();
  return asked->promise;
}

bool supervisor_state::is_silent(std::size_t stage) {
  const auto now = self->clock().now();
  auto& since = silent_since[stage];
  if (!since)
    since = now;
  return now - *since >= options.silent_max;
}

caf::result<control_outcome> supervisor_state::obey(const control_command& command) {
  if (is_ending() || *options.drain_wanted) {
    if (command.verb == control_verb::drain)
      return record(command, {true, "the node was draining already"});
    return record(command, {false, "the node drains: it takes no more commands"});
  }
  switch (command.verb) {
    case control_verb::status: return control_outcome{false, "a status is asked, not told"};
    case control_verb::pool: return resize_pool(command);
    case control_verb::pause:
    case control_verb::resume: return tell_ingest(command);
    case control_verb::drain:
      *options.drain_wanted = true;
      return record(command, {true, "the node drains, and stops"});
  }
  return control_outcome{false, "no such command"};
}

/// The size outlives a restart of the stage.
caf::result<control_outcome> supervisor_state::resize_pool(const control_command& command) {
  if (command.pool != stage_names[validation_stage])
    return record(command, {false, fmt::format("the pool `{}` cannot be resized; `validation` can",
                                               command.pool)});
  if (command.size < 1 || command.size > pool_size_max)
    return record(command, {false, fmt::format("a pool has 1 to {} workers, not {}", pool_size_max,
                                               command.size)});
  const auto before = options.validation.workers;
  options.validation.workers = command.size;
  const auto text = fmt::format("{} workers, before: {}", command.size, before);
  if (!running[validation_stage])
    return record(command, {true, text + "; the pool is starting again"});
  auto promise = self->make_response_promise<control_outcome>();
  self->request(validation, options.answer_max, resize_atom_v, command.size)
      .then(
          [this, command, promise, text]() mutable {
            promise.deliver(record(command, {true, text}));
          },
          [this, command, promise, text](const caf::error& reason) mutable {
            promise.deliver(
                record(command, {true, text + "; once the pool answers: " + error_text(reason)}));
          });
  return promise;
}

caf::result<control_outcome> supervisor_state::tell_ingest(const control_command& command) {
  if (!running[ingest_stage])
    return record(command, {false, "ingest is starting again; try again"});
  auto promise = self->make_response_promise<control_outcome>();
  auto deliver = [this, command, promise](control_outcome outcome) mutable {
    promise.deliver(record(command, std::move(outcome)));
  };
  auto done = [deliver](const control_outcome& outcome) mutable { deliver(outcome); };
  auto failed = [deliver](const caf::error& reason) mutable {
    deliver({false, "ingest does not answer, try again: " + error_text(reason)});
  };
  if (command.verb == control_verb::pause)
    self->request(ingest, options.answer_max, pause_atom_v, command.stream).then(done, failed);
  else
    self->request(ingest, options.answer_max, resume_atom_v, command.stream).then(done, failed);
  return promise;
}

control_outcome supervisor_state::record(const control_command& command, control_outcome outcome) {
  const auto text = control_text(command);
  log::info("supervisor", "control-command", "uid {} command {} outcome {}: {}", command.uid, text,
            outcome.done ? "done" : "refused", outcome.text);
  commands.push_back(
      {std::chrono::system_clock::now(), command.uid, text, outcome.done, outcome.text});
  if (commands.size() > commands_max)
    commands.pop_front();
  return outcome;
}

/// Once for each that begins to hang: nothing within the process can end it.
void supervisor_state::note_stuck(const pool_status& pool) {
  auto& known = stuck_workers[pool.name];
  if (pool.workers_stuck > known)
    log::error("supervisor", "worker-stuck",
               "pool {}: {} of {} workers hang in a batch and get no more; restart the node to get "
               "them back",
               pool.name, pool.workers_stuck, pool.size);
  known = pool.workers_stuck;
}

void supervisor_state::check_validation() {
  if (running[validation_stage])
    self->request(validation, options.answer_max, status_atom_v)
        .then([this](const pool_status& pool) { note_stuck(pool); },
              [](const caf::error&) {}); // Said by inspect(), and by the supervision of stages.
}

/// People look at `aepro status` when they have been told to.
void supervisor_state::tell_alarms() {
  if (doing != phase::running || !running[notifier_stage])
    return;
  self->request(supervisor_actor{self}, 2 * options.answer_max, inspect_atom_v)
      .then(
          [this](const node_status& now) {
            if (running[notifier_stage])
              self->send(notifier, find_alarms(now));
          },
          [](const caf::error&) {}); // Stages that do not answer are part of the answer.
}

/// Storage first: what it has settled then, ingest has read before it is asked.
void supervisor_state::check_completeness() {
  if (doing != phase::running || !running[storage_stage] || !running[ingest_stage])
    return;
  const auto no_answer = [](const caf::error&) {
  }; // Said by inspect(), and by the supervision of stages.
  self->request(storage, options.answer_max, status_atom_v)
      .then(
          [this, no_answer](const storage_status& stored) {
            note_stuck(stored.pool);
            if (!running[ingest_stage])
              return;
            self->request(ingest, options.answer_max, check_atom_v, stored.streams)
                .then([this](const completeness_checks& checks) { take_checks(checks); },
                      no_answer);
          },
          no_answer);
}

void supervisor_state::take_checks(const completeness_checks& checks) {
  for (const auto& check : checks) {
    if (check.read == check.settled) {
      incomplete.erase(check.stream);
      continue;
    }
    const bool is_new = !incomplete.contains(check.stream);
    incomplete[check.stream] = check;
    if (is_new)
      log::error("supervisor", "counts-differ", "{}", difference_text(check));
  }
}

/// Ingest is gone, storage is not yet.
void supervisor_state::check_drained() {
  if (!running[storage_stage])
    return;
  comparing = true;
  const auto go_on = [this] {
    comparing = false;
    if (drain_over && doing != phase::stopping)
      finish_drain();
  };
  self->request(storage, options.answer_max, status_atom_v)
      .then(
          [this, go_on](const storage_status& stored) {
            take_checks(compare_drained(last.intake->streams, stored.streams));
            for (const auto& [stream, difference] : incomplete)
              last.incomplete.push_back(difference);
            go_on();
          },
          [go_on](const caf::error& reason) {
            log::warn("supervisor", "counts-not-compared", "{}", error_text(reason));
            go_on();
          });
}

} // namespace aepro
