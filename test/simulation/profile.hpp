#pragma once

/// Which faults a run has, and how often: a seed draws a part of them, so that some runs meet each
/// alone.

#include "draw.hpp"

#include <chrono>

namespace aepro::simulation {

/// Chances in a thousand; 0: this run does not have the fault. Source of the idea: swarm testing
/// (Groce, 2012).
struct fault_profile {
  bool is_calm = false;
  // Of a call of the store.
  std::size_t fails_before_commit = 0, busy = 0, outcome_unknown = 0, throws = 0,
              throws_after_commit = 0;
  std::size_t claim_fails = 0, claim_answer_lost = 0, look_up_fails = 0, full = 0;
  // Of a step of the schedule, in 100,000.
  std::size_t slow_writer = 0, store_down = 0, kill_node = 0, pause_node = 0, stop_node = 0,
              kill_actor = 0;
  std::size_t rebalance = 0, lose_partitions = 0, clock_jump = 0, broker_stall = 0, fail_over = 0;
  // Of a poll, and of a record.
  std::size_t broker_trouble = 0, duplicate = 0, conflict = 0, malformed = 0, gap = 0;
  // Of a revocation: the group does not wait until the partitions are released.
  std::size_t impatient_group = 0;
  // Of a step, in 100,000: a writer or a worker hangs to the end of the run.
  std::size_t hang = 0;
  // Of a call of the publisher's store, or of its sink; a publisher that hangs for a while: of a
  // step, in 100,000.
  std::size_t publication_fails = 0, sink_refuses = 0, sink_late = 0, publisher_throws = 0,
              slow_publisher = 0;
  // Of a node: its wall clock is wrong; of a step, in 100,000: it is set anew.
  std::size_t wrong_clock = 0, wall_clock_jump = 0;
  std::chrono::milliseconds clock_difference_max{1'000};
  // Of a call that takes memory: there is none left.
  std::size_t out_of_memory = 0;
};

/// One run in ten is calm; else each fault is in it with even odds.
inline fault_profile draw_profile(draw& random) {
  fault_profile profile;
  profile.is_calm = random.chance(100);
  profile.malformed = random.below(100); // What senders send is no fault of ours.
  if (profile.is_calm)
    return profile;
  const auto maybe = [&](std::size_t highest) {
    return random.chance(500) ? 1 + random.below(highest) : 0;
  };
  for (auto* chance :
       {&profile.fails_before_commit, &profile.busy, &profile.outcome_unknown, &profile.claim_fails,
        &profile.claim_answer_lost, &profile.look_up_fails, &profile.full})
    *chance = maybe(150);
  for (auto* chance : {&profile.throws, &profile.throws_after_commit})
    *chance = maybe(20);
  for (auto* chance : {&profile.slow_writer, &profile.rebalance, &profile.broker_stall})
    *chance = maybe(200);
  for (auto* chance :
       {&profile.store_down, &profile.kill_node, &profile.pause_node, &profile.stop_node,
        &profile.kill_actor, &profile.lose_partitions, &profile.clock_jump, &profile.fail_over})
    *chance = maybe(60);
  for (auto* chance :
       {&profile.broker_trouble, &profile.duplicate, &profile.conflict, &profile.gap})
    *chance = maybe(100);
  profile.impatient_group = maybe(700);
  profile.hang = maybe(60);
  for (auto* chance : {&profile.publication_fails, &profile.sink_refuses, &profile.sink_late})
    *chance = maybe(200);
  profile.publisher_throws = maybe(20);
  profile.slow_publisher = maybe(100);
  profile.wrong_clock = maybe(900);
  profile.wall_clock_jump = maybe(100);
  profile.clock_difference_max = std::chrono::milliseconds{random.between(1'000, 300'000)};
  profile.out_of_memory = random.chance(125) ? 1 + random.below(10) : 0; // Seldom: it excuses much.
  return profile;
}

} // namespace aepro::simulation
