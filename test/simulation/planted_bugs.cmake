# Bugs that the simulation must find: each is a copy of a source file with one place changed, in a simulator of its own;
# of several files where more than one place guards against it.
# scripts/simulate --planted builds them and looks for the seed that finds each. What is changed must occur exactly once
# in the file, else configuring fails: the product moves, and its bugs with it.
set_property(GLOBAL PROPERTY aepro_planted_bugs "")

# The rest are triples: a source file, what is right in it, and what the bug makes of that.
function(planted_bug name)
  set(copies "")
  set(objects $<TARGET_OBJECTS:aepro_simulation_objects>)
  math(EXPR last "${ARGC} - 1")
  foreach(at RANGE 1 ${last} 3)
    math(EXPR right_at "${at} + 1")
    math(EXPR wrong_at "${at} + 2")
    set(file "${ARGV${at}}")
    set(right "${ARGV${right_at}}")
    file(READ ${PROJECT_SOURCE_DIR}/${file} text)
    string(REPLACE "${right}" "" without "${text}")
    string(LENGTH "${text}" all)
    string(LENGTH "${without}" rest)
    string(LENGTH "${right}" place)
    math(EXPR expected "${rest} + ${place}")
    if(NOT all EQUAL expected)
      message(FATAL_ERROR "planted bug ${name}: what it changes does not occur exactly once in ${file}")
    endif()
    string(REPLACE "${right}" "${ARGV${wrong_at}}" text "${text}")
    get_filename_component(base ${file} NAME)
    set(copy ${CMAKE_CURRENT_BINARY_DIR}/planted/${name}/${base})
    file(CONFIGURE OUTPUT ${copy} CONTENT "${text}" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
    list(APPEND copies ${copy})
    if(file MATCHES "^test/simulation/") # An object, which would be there twice.
      set(objects $<FILTER:${objects},EXCLUDE,/${base}>)
    endif()
  endforeach()
  add_executable(aepro_planted_${name} EXCLUDE_FROM_ALL ${copies} ${objects})
  target_include_directories(aepro_planted_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_options(aepro_planted_${name} PRIVATE -O1 -w)
  # The copies come before the libraries: what they define is not looked for there.
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
  [[ &&
                  state->epoch == expected.epoch;]]
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
  [[&&
         queue.batches.begin()->first <= queue.expected;]]
  [[;]])
planted_bug(unknown_outcome_is_failure actors/storage/storage_actor.cpp
  [[    const bool durable =
        outcome.committed]]
  [[    const bool durable = outcome.committed;
    const bool is_durable = outcome.committed]])
planted_bug(retry_is_due_later actors/ingest/partition_intake.cpp
  [[    again->deadline = now + options_.deadline;]]
  [[    again->deadline = again->due = now + options_.deadline;]])
planted_bug(new_claim_is_due_later actors/ingest/ingest_claims_actor.cpp
  [[(claim, intake, earlier);]]
  [[(claim, intake);]])
planted_bug(all_that_is_read_again_is_due_as_the_oldest actors/ingest/partition_intake.cpp
  [[      ranges.push_back({begin, end, due});]]
  [[      ranges.push_back({begin, end, ranges.empty() ? due : ranges.front().due});]])
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
  [[ position_(claim_.next_offset),]]
  [[ position_(claim_.next_offset + (claim_.epoch > 1 ? 2 : 0)),]])
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
  [[    for (const auto& row : plan.rows()) // Of a moment before: what came last is not seen.
      if (const auto found = data_->events.find(row.key);
          found != data_->events.end() &&
          found->second.offset + 15 < data_->states[found->second.stream->name].next_offset)]])
planted_bug(claim_answered_to_the_wrong_generation actors/ingest/ingest_claims_actor.cpp
  [[  if (found == streams.end() || found->second.generation != generation)
    return;
  auto& owned = found->second;]]
  [[  if (found == streams.end())
    return;
  auto& owned = found->second;]])

planted_bug(late_failure_accepted actors/ingest/ingest_actor.cpp
  [[  if (found == streams.end() || !found->second.intake ||
      found->second.intake->claim().epoch != epoch)
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
  [[const storage_group& group,
                          const caf::error& reason) {
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
  [[  correction_ = is_off || is_exact ? difference : std::chrono::milliseconds{0};]]
  [[  correction_ = std::chrono::milliseconds{0};]])
planted_bug(clock_that_jumps_not_compared actors/storage/store_clock.cpp
  [[    if (std::chrono::abs(std::chrono::milliseconds{wall - compared_wall_} - passed) <=
        difference_max_)
      return false;]]
  [[    return false;]])

# Telling people.
planted_bug(alerts_of_a_page_forgotten actors/notifier/notifier_actor.cpp
  [[    for (const auto& alert : page->alerts)
      made.push_back(]]
  [[    for (const auto& alert : std::span(page->alerts).first(1))
      made.push_back(]])
planted_bug(dead_channel_taken_for_a_delivery actors/notifier/notifier_actor.cpp
  [[channel_outcome none{attempt_result::failed, "",
                             "the channel]]
  [[channel_outcome none{attempt_result::delivered, "", "the channel]])
planted_bug(key_of_each_try actors/notifier/alert_text.cpp
  [[what.key, what.round, step, channel,
                                     address]]
  [[what.key, what.tries, step, channel, address]])

# Bounds.
planted_bug(a_batch_beyond_the_partitions_credit actors/ingest/partition_intake.cpp
  [[  if (entries_.size() >= options_.batches_in_flight_max || bytes_]]
  [[  if (entries_.size() > options_.batches_in_flight_max || bytes_]])
planted_bug(bytes_of_a_partition_not_bounded actors/ingest/partition_intake.cpp
  [[ || bytes_ >= options_.bytes_in_flight_max)]]
  [[)]])
planted_bug(credit_not_taken_for_a_retry actors/ingest/partition_intake.cpp
  [[    again->deadline = now + options_.deadline;]]
  [[    again->deadline = now + options_.deadline;
    bytes_ -= again->bytes;]])
planted_bug(grants_of_the_same_poll_not_counted actors/ingest/ingest_actor.cpp
  [[    batches[one] += granted_batches[one];]]
  [[    batches[one] += 0;]])
planted_bug(window_ignored actors/ingest/ingest_actor.cpp
  [[  credit.batches_max = window.batches();]]
  [[]])
planted_bug(bytes_of_the_node_not_bounded actors/ingest/ingest_actor.cpp
  [[which, batches, bytes_in_flight);]]
  [[which, batches, {});]])
planted_bug(brake_ignored actors/ingest/ingest_actor.cpp
  [[  if (which != lane::adverse_events && batches[which] >= brake.batches()) {]]
  [[  if (false) {]])
planted_bug(a_third_batch_for_a_worker actors/validation/validation_actor.cpp
  [[  const auto free = least_busy(held);
  if (!free)]]
  [[  auto free = least_busy(held);
  if (!free && !held.empty() && held.front().batches == 2 && !held.front().leaving)
    free = 0;
  if (!free)]])
planted_bug(group_one_batch_too_large actors/storage/group_queue.cpp
  [[records + held.batch->records.size() > limit)
      return;]]
  [[records >= limit)
      return;]])
planted_bug(batch_of_too_many_records actors/ingest/partition_intake.cpp
  [[  const auto room = options_.batch_records_max - (filling_ ? filling_->records.size() : 0);]]
  [[  const auto room = options_.batch_records_max;]])
planted_bug(page_of_too_many_alerts actors/notifier/notifier_actor.cpp
  [[store->new_alerts(claim.stream, options.page_max);]]
  [[store->new_alerts(claim.stream, options.page_max + 1);]])
planted_bug(flood_without_a_limit actors/notifier/notifier_flood_actor.cpp
  [[options.lease.count(), options.node, flood, options.digests.limits);]]
  [[options.lease.count(), options.node, flood, {});]])
planted_bug(subjects_kept_for_ever actors/validation/subject_cache.cpp
  [[  if (entries_.size() >= options_.entries_max)]]
  [[  if (false)]])
planted_bug(dead_letters_without_a_limit actors/outbound/publisher_actor.cpp
  [[store->dead_letters(stream, options.limits);]]
  [[store->dead_letters(stream, {});]])
planted_bug(deliveries_without_a_limit actors/notifier/notifier_actor.cpp
  [[  const auto free = options.in_flight_max - std::min(options.in_flight_max, in_flight);]]
  [[  const auto free = options.in_flight_max;]])

# The chain.
planted_bug(chain_forks_within_a_group actors/storage/ledger/group_plan.cpp
  [[    if (chain == chains.end()) {]]
  [[    if (true) {]])
planted_bug(head_not_moved_without_new_events actors/storage/memory_store.cpp
  [[      state.chain_head = plan.batches()[i].chain_after;]]
  [[      if (plan.batches()[i].counts.accepted > 0)
        state.chain_head = plan.batches()[i].chain_after;]])
planted_bug(forgotten_head_kept_at_a_fail_over actors/storage/memory_store.cpp
  [[    static_cast<memory_snapshot&>(*data_) = moment;]]
  [[    const auto forgotten = data_->states;
    static_cast<memory_snapshot&>(*data_) = moment;
    for (auto& [name, state] : data_->states)
      state.chain_head = forgotten.at(name).chain_head;]])

# The outbox, deadlines and late answers.
planted_bug(outbox_row_outside_the_transaction test/simulation/sim_store.cpp
  [[    database_.outbox.write(group, *outcomes);
    database_.model.committed(group, *outcomes, node_);
    if (fires("throws-after-commit", profile().throws_after_commit))
      throw std::bad_alloc(); // Any other exception would be the content's fault.
    if (fires("outcome-unknown", profile().outcome_unknown))
      return caf::make_error(errc::store_outcome_unknown, "simulated: answer lost");
]]
  [[    database_.model.committed(group, *outcomes, node_);
    if (fires("throws-after-commit", profile().throws_after_commit))
      throw std::bad_alloc();
    if (fires("outcome-unknown", profile().outcome_unknown))
      return caf::make_error(errc::store_outcome_unknown, "simulated: answer lost");
    database_.outbox.write(group, *outcomes);
]])
planted_bug(late_settlement_of_an_earlier_claim_accepted
  actors/storage/storage_actor.cpp
  [[(outcome.settled.epoch == batch.raw->epoch &&
                              outcome]]
  [[(true
                             && outcome]]
  actors/ingest/ingest_actor.cpp
  [[  if (found == streams.end() || !found->second.intake ||
      found->second.intake->claim().epoch != epoch) {
    reached]]
  [[  if (found == streams.end() || !found->second.intake) {
    reached]]
  actors/ingest/partition_intake.cpp
  [[    if (held.state == entry_state::outstanding && held.batch->begin_offset == begin_offset)]]
  [[    if (held.state == entry_state::outstanding && held.batch->begin_offset >= begin_offset)]])
planted_bug(batch_of_an_earlier_claim_said_to_be_durable actors/storage/storage_actor.cpp
  [[(outcome.settled.epoch == batch.raw->epoch &&
                              outcome]]
  [[(true
                             && outcome]])
planted_bug(answer_taken_for_another_batch actors/ingest/partition_intake.cpp
  [[    if (held.state == entry_state::outstanding && held.batch->begin_offset == begin_offset)]]
  [[    if (held.state == entry_state::outstanding)]])
planted_bug(deadline_ignored_by_a_worker actors/validation/worker_actor.cpp
  [[      if (left <= left.zero()) {]]
  [[      if (false) {]])
planted_bug(deadline_ignored_by_storage actors/storage/storage_actor.cpp
  [[      if (self->clock().now() >= batch->raw->deadline)]]
  [[      if (false)]])
planted_bug(deadline_ignored_by_the_writer actors/storage/writer_actor.cpp
  [[    return store->append(group, deadline_of(group));]]
  [[    return store->append(group, std::chrono::steady_clock::time_point::max());]])
planted_bug(deadline_renewed_for_too_long actors/ingest/partition_intake.cpp
  [[    again->deadline = now + options_.deadline;]]
  [[    again->deadline = now + 2 * options_.deadline;]])

get_property(planted GLOBAL PROPERTY aepro_planted_bugs)
add_custom_target(aepro_planted DEPENDS ${planted})
