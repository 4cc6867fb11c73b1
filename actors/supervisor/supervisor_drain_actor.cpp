/// How a node drains: ingest first, then what it left to publish and to tell, then the rest.

#include "actors/common/log.hpp"
#include "actors/supervisor/supervisor_actor.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro {

caf::result<drain_status> supervisor_state::drain() {
  drained = self->make_response_promise<drain_status>();
  if (doing == phase::running) {
    drain_ingest();
  } else if (doing == phase::restarting) {
    begin_drain();
    stop_from(storage_stage, phase::stopping);
  }
  return drained;
}

/// What one stage needs, the next one has not.
std::chrono::steady_clock::duration supervisor_state::drain_left() const {
  return std::max(drain_deadline - self->clock().now(),
                  std::chrono::steady_clock::duration::zero());
}

/// What remains behind the deadline is for calls that hang to be given up, for the group to be left
/// and for the stages to stop, so that a node ends in time whatever does not answer.
void supervisor_state::begin_drain() {
  constexpr std::chrono::milliseconds to_stop_max{6'000};
  drain_deadline =
      self->clock().now() + options.drain_max - std::min(options.drain_max / 3, to_stop_max);
  options.calls->set(drain_deadline);
}

void supervisor_state::drain_ingest() {
  doing = phase::draining_ingest;
  begin_drain();
  if (!running[ingest_stage]) {
    drain_publisher();
    return;
  }
  ingest_asked = true;
  self->request(ingest, drain_left() + options.answer_max, drain_atom_v, drain_left())
      .then(
          [this](const ingest_status& status) {
            last.intake = status;
            last.intake_at = std::chrono::system_clock::now();
            check_drained();
          },
          [this](const caf::error& reason) {
            log::warn("supervisor", "drain-incomplete",
                      "ingest did not end in time ({}): what was in flight is read again by "
                      "whoever has its partitions next",
                      error_text(reason));
            if (running[ingest_stage])
              stop(ingest_stage);
          });
}

void supervisor_state::drain_publisher() {
  doing = phase::draining_publisher;
  if (!running[publisher_stage] || drain_left() <= drain_left().zero()) {
    last.published = *options.publisher.published;
    drain_notifier();
    return;
  }
  self->request(publisher, drain_left() + options.publisher.patience + options.answer_max,
                drain_atom_v, drain_left())
      .then([this](const outbound_status& status) { last.published = status; },
            [this](const caf::error& reason) {
              log::warn("supervisor", "publishing-incomplete",
                        "the publisher did not end in time ({}): dead letters and anchors that are "
                        "left are published by "
                        "whoever claims their partitions next",
                        error_text(reason));
              if (running[publisher_stage])
                stop(publisher_stage);
            });
}

void supervisor_state::drain_notifier() {
  doing = phase::draining_notifier;
  if (!running[notifier_stage] || drain_left() <= drain_left().zero()) {
    last.told = *options.notifier.told;
    finish_drain();
    return;
  }
  self->request(notifier, drain_left() + options.notifier.patience + options.answer_max,
                drain_atom_v, drain_left())
      .then([this](const notifier_status& status) { last.told = status; },
            [this](const caf::error& reason) {
              log::warn("supervisor", "telling-incomplete",
                        "the notifier did not end in time ({}): what it was telling is told by "
                        "another node when its leases "
                        "end",
                        error_text(reason));
              if (running[notifier_stage])
                stop(notifier_stage);
            });
}

/// Storage ends when it has said what it settled.
void supervisor_state::finish_drain() {
  drain_over = true;
  if (!comparing)
    stop_from(storage_stage, phase::stopping);
}

} // namespace aepro
