# Bugs that the simulation must find: each is a copy of one source file with one place changed, in a simulator of its own.
# scripts/simulate --planted builds them and looks for the seed that finds each. What is changed must occur exactly once
# in the file, else configuring fails: the product moves, and its bugs with it.
set_property(GLOBAL PROPERTY aepro_planted_bugs "")

function(planted_bug name file right wrong)
  file(READ ${PROJECT_SOURCE_DIR}/${file} text)
  string(REPLACE "${right}" "" without "${text}")
  string(LENGTH "${text}" all)
  string(LENGTH "${without}" rest)
  string(LENGTH "${right}" place)
  math(EXPR expected "${rest} + ${place}")
  if(NOT all EQUAL expected)
    message(FATAL_ERROR "planted bug ${name}: what it changes does not occur exactly once in ${file}")
  endif()
  string(REPLACE "${right}" "${wrong}" text "${text}")
  set(copy ${CMAKE_CURRENT_BINARY_DIR}/planted/${name}.cpp)
  file(CONFIGURE OUTPUT ${copy} CONTENT "${text}" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  add_executable(aepro_planted_${name} EXCLUDE_FROM_ALL ${copy} $<TARGET_OBJECTS:aepro_simulation_objects>)
  target_compile_options(aepro_planted_${name} PRIVATE -O1 -w)
  # The copy comes before the libraries: what it defines is not looked for there.
  target_link_libraries(aepro_planted_${name} PRIVATE aepro_actors aepro_stores)
  set_property(GLOBAL APPEND PROPERTY aepro_planted_bugs aepro_planted_${name})
endfunction()

planted_bug(commit_before_store actors/ingest/ingest_actor.cpp
  [[    owned.committed = owned.intake->durable_offset();]]
  [[    owned.committed = owned.intake->durable_offset() + static_cast<std::int64_t>(owned.intake->records_in_flight());]])
planted_bug(watermark_one_too_far actors/ingest/partition_intake.cpp
  [[    durable_ = done.end_offset;]]
  [[    durable_ = done.end_offset + 1;]])
planted_bug(no_fence actors/storage/ledger/group_gate.cpp
  [[                  && state->epoch == expected.epoch;]]
  [[                  ;]])
planted_bug(position_not_compared actors/storage/ledger/group_gate.cpp
  [[state != nullptr && state->next_offset == expected.begin_offset]]
  [[state != nullptr]])
planted_bug(lost_wake_up actors/validation/validation_actor.cpp
  [[    break;
  }
  give_waiting();
}

/// It holds]]
  [[    break;
  }
}

/// It holds]])
planted_bug(order_not_kept actors/storage/group_queue.cpp
  [[&& queue.batches.begin()->first <= queue.expected;]]
  [[;]])
planted_bug(unknown_outcome_is_failure actors/storage/storage_actor.cpp
  [[    const bool durable = outcome.committed]]
  [[    const bool durable = outcome.committed;
    const bool is_durable = outcome.committed]])
planted_bug(credit_leaked_on_error actors/ingest/partition_intake.cpp
  [[  held->state = entry_state::failed;
  --outstanding_;]]
  [[  held->state = entry_state::failed;]])
planted_bug(bytes_leaked_on_revoke actors/ingest/ingest_rebalance_actor.cpp
  [[  note_bytes(owned.intake->claim().stream, owned.intake->bytes_in_flight(), 0);]]
  [[]])
planted_bug(dropped_at_revoke actors/ingest/ingest_rebalance_actor.cpp
  [[  if (owned.intake && owned.intake->durable_offset() > owned.committed)
    source->commit(stream, owned.intake->durable_offset());]]
  [[  if (owned.intake)
    source->commit(stream, owned.intake->durable_offset()
                             + static_cast<std::int64_t>(owned.intake->records_in_flight()));]])
planted_bug(first_record_dropped_at_take_over actors/ingest/partition_intake.cpp
  [[    position_(claim_.next_offset),]]
  [[    position_(claim_.next_offset + (claim_.epoch > 1 ? 2 : 0)),]])
planted_bug(starved_lane actors/storage/group_queue.cpp
  [[    queue.expected = queue.batches.begin()->first;
    ready[lanes_.of(stream.topic)].push_back(&queue);]]
  [[    if (stream.topic == "aepro.adverse-events" && streams_.rbegin()->second.batches.empty())
      continue;
    queue.expected = queue.batches.begin()->first;
    ready[lanes_.of(stream.topic)].push_back(&queue);]])
planted_bug(deadline_not_renewed actors/ingest/partition_intake.cpp
  [[    again->deadline = now + options_.deadline;]]
  [[]])
planted_bug(duplicates_looked_up_outside_the_transaction actors/storage/memory_store.cpp
  [[    for (const auto& row : plan.rows())
      if (const auto found = data_->events.find(row.key); found != data_->events.end())]]
  [[    static std::map<const void*, std::pair<int, std::map<event_key, known_event>>> looked_up;
    auto& [calls, events] = looked_up[this];
    if (calls++ % 3 == 0)
      events = data_->events;
    for (const auto& row : plan.rows())
      if (const auto found = events.find(row.key); found != events.end())]])
planted_bug(claim_answered_to_the_wrong_generation actors/ingest/ingest_claims_actor.cpp
  [[  if (found == streams.end() || found->second.generation != generation)
    return;
  auto& owned = found->second;]]
  [[  if (found == streams.end())
    return;
  auto& owned = found->second;]])

planted_bug(late_failure_accepted actors/ingest/ingest_actor.cpp
  [[  if (found == streams.end() || !found->second.intake || found->second.intake->claim().epoch != epoch)
    return;
  const auto code]]
  [[  if (found == streams.end() || !found->second.intake)
    return;
  const auto code]])
planted_bug(others_records_counted_as_own actors/ingest/intake_tally.cpp
  [[  if (claim.epoch == found->second.epoch + 1)]]
  [[  if (true)]])
planted_bug(lost_commits_not_looked_for actors/ingest/ingest_actor.cpp
  [[  check_store(now);]]
  [[]])
planted_bug(one_stage_restarted_alone actors/supervisor/supervisor_actor.cpp
  [[    stop_from(stage, phase::restarting);
    return;]]
  [[    start(stage);
    return;]])
planted_bug(writer_forgotten_after_an_error actors/storage/storage_actor.cpp
  [[const storage_group& group, const caf::error& reason) {
  places.free(writer);]]
  [[const storage_group& group, const caf::error& reason) {]])
planted_bug(fence_after_the_write actors/storage/memory_store.cpp
  [[      if (admitted[i])
        inputs]]
  [[      if (true)
        inputs]])
planted_bug(watchdog_asleep actors/ingest/ingest_watchdog_actor.cpp
  [[  return owned.state != stream_state::handing_over && since]]
  [[  return false && since]])
planted_bug(hanging_group_waited_for actors/storage/group_queue.cpp
  [[  queue.in_flight = 0; // A group]]
  [[  // A group]])

planted_bug(forms_fill_the_writers actors/storage/storage_actor.cpp
  [[    auto group = queue.take(room);]]
  [[    auto group = queue.take({room.idle, room.idle, room.others_may_fill});]])
planted_bug(urgent_waits_for_the_end_of_forms actors/storage/storage_actor.cpp
  [[  if (urgent > 0 && !places.writes(lane::adverse_events))
    return false;]]
  [[]])
planted_bug(forms_fill_the_workers actors/validation/validation_actor.cpp
  [[queue.pop(others_have_room(held, options->lanes));]]
  [[queue.pop(true);]])
planted_bug(places_of_forms_leaked actors/validation/validation_actor.cpp
  [[    load.of_others -= options->lanes.of(stream.topic) == lane::adverse_events ? 0 : 1;]]
  [[]])

planted_bug(cursor_before_the_acknowledgement actors/outbound/publisher_actor.cpp
  [[  if (auto failed = send(records.all(), &too_large))
    return failed;]]
  [[  if (auto failed = move_cursor(stream, publication::dead_letters, letters->back().offset + 1))
    return failed;
  if (auto failed = send(records.all(), &too_large))
    return failed;]])
planted_bug(dead_letter_skipped_after_a_failure actors/outbound/publisher_actor.cpp
  [[  if (auto failed = send(records.all(), &too_large))
    return failed;]]
  [[  if (auto failed = send(records.all(), &too_large))
    return move_cursor(stream, publication::dead_letters, letters->front().offset + 1);]])
planted_bug(sink_used_again_after_a_failure actors/outbound/publisher_actor.cpp
  [[    sink.reset(); // Records]]
  [[    // Records]])
planted_bug(anchor_not_acknowledged actors/outbound/publisher_actor.cpp
  [[  if (auto failed = send(records, nullptr))
    return failed;
  options.published->anchors]]
  [[  send(records, nullptr);
  options.published->anchors]])

planted_bug(late_by_the_nodes_own_clock actors/storage/store_clock.cpp
  [[  correction_ = is_off ? difference : std::chrono::milliseconds{0};]]
  [[  correction_ = std::chrono::milliseconds{0};]])
planted_bug(clock_that_jumps_not_compared actors/storage/store_clock.cpp
  [[    if (std::chrono::abs(std::chrono::milliseconds{wall - compared_wall_} - passed) <= difference_max_)
      return false;]]
  [[    return false;]])

# Telling people.
planted_bug(alerts_of_a_page_forgotten actors/notifier/notifier_actor.cpp
  [[    for (const auto& alert : page->alerts)
      made.push_back(]]
  [[    for (const auto& alert : std::span(page->alerts).first(1))
      made.push_back(]])
planted_bug(dead_channel_taken_for_a_delivery actors/notifier/notifier_actor.cpp
  [[channel_outcome none{attempt_result::failed, "", "the channel]]
  [[channel_outcome none{attempt_result::delivered, "", "the channel]])
planted_bug(key_of_each_try actors/notifier/alert_text.cpp
  [[what.key, what.round, step, channel, address]]
  [[what.key, what.tries, step, channel, address]])

get_property(planted GLOBAL PROPERTY aepro_planted_bugs)
add_custom_target(aepro_planted DEPENDS ${planted})
