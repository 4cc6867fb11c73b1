#include "actors/storage/group_queue.hpp"

#include "actors/common/invariant.hpp"
#include "actors/common/reach.hpp"

#include <algorithm>

namespace aepro {

std::vector<refused_ticket> group_queue::claimed(const stream_claim& claim) {
  auto& queue = streams_[claim.stream];
  std::vector<refused_ticket> refused;
  for (const auto& [begin, held] : queue.batches)
    refused.push_back({held.ticket, errc::fenced});
  queue.batches.clear();
  queue.epoch = claim.epoch;
  queue.in_flight = 0; // A group of an earlier epoch may hang for ever: the store fences it,
                       // nothing waits for it.
  queue.expected = claim.next_offset;
  queue.broken = false;
  return refused;
}

std::vector<refused_ticket> group_queue::push(std::shared_ptr<decided_batch> batch, ticket ticket) {
  const auto found = streams_.find(batch->raw->stream);
  if (found == streams_.end() || found->second.epoch != batch->raw->epoch) {
    reached<"batch-of-an-earlier-claim">();
    return {{ticket, errc::fenced}};
  }
  auto& queue = found->second;
  const auto begin = batch->raw->begin_offset;
  if (begin <= queue.expected || batch->raw->round > queue.broken_round) {
    queue.broken = false;
  } else if (queue.broken) {
    reached<"batch-behind-a-failed-one">();
    return {{ticket, errc::out_of_order}};
  }
  std::vector<refused_ticket> refused;
  auto& held = queue.batches[begin];
  if (held.batch && batch->raw->round < held.batch->raw->round)
    return {{ticket, errc::deadline_exceeded}}; // It comes late; its next round waits already.
  if (held.batch) {
    reached<"batch-replaced-by-its-retry">();
    refused.push_back({held.ticket, errc::deadline_exceeded});
  }
  held = {std::move(batch), ticket};
  return refused;
}

/// A batch that begins before `expected` is a retry of what became durable meanwhile: the store's
/// compare-and-set will say so. Left behind, it would wait for its deadline and hold its records.
bool group_queue::is_ready(const stream_queue& queue) {
  return queue.in_flight == 0 && !queue.batches.empty() &&
         queue.batches.begin()->first <= queue.expected;
}

per_lane<std::size_t> group_queue::records_ready() const {
  per_lane<std::size_t> records;
  for (const auto& [stream, queue] : streams_)
    if (is_ready(queue))
      records[lanes_.of(stream.topic)] += queue.batches.begin()->second.batch->records.size();
  return records;
}

/// Those that have waited longest first.
per_lane<std::vector<group_queue::stream_queue*>> group_queue::ready_streams() {
  per_lane<std::vector<stream_queue*>> ready;
  for (auto& [stream, queue] : streams_) {
    if (!is_ready(queue))
      continue;
    queue.expected = queue.batches.begin()->first;
    ready[lanes_.of(stream.topic)].push_back(&queue);
  }
  for (auto& some : ready.values)
    std::sort(some.begin(), some.end(), [](const stream_queue* left, const stream_queue* right) {
      return left->batches.begin()->second.batch->raw->polled_at <
             right->batches.begin()->second.batch->raw->polled_at;
    });
  return ready;
}

lane_turns::pieces group_queue::pieces_of(const per_lane<std::vector<stream_queue*>>& ready) {
  lane_turns::pieces pieces;
  for (const auto which : all_lanes)
    if (!ready[which].empty())
      pieces[which] = std::max<std::size_t>(
          ready[which].front()->batches.begin()->second.batch->records.size(), 1);
  return pieces;
}

/// Adverse events wait for its end, or may come before it.
bool group_queue::must_be_small(lane which, const lane_turns::pieces& waiting,
                                const writer_room& room) const {
  if (which == lane::adverse_events)
    return false;
  return waiting[lane::adverse_events] > 0 ||
         (room.others_may_fill && groups_since_urgent_ < groups_remembered);
}

storage_group group_queue::take(const writer_room& room) {
  const auto ready = ready_streams();
  const auto waiting = pieces_of(ready);
  auto possible = waiting;
  if (room.of_others == 0)
    possible[lane::subjects] = possible[lane::questionnaire_responses] = 0;
  storage_group group;
  const auto chosen = turns_.next(possible);
  if (!chosen)
    return group;
  group.which = *chosen;
  const auto small = std::min(group_records_max_, records_worth_a_writer);
  const auto most = must_be_small(*chosen, waiting, room) ? small : group_records_max_;
  // Little work goes in one transaction; much work is divided, so that no writer stands idle.
  const auto writers =
      std::max<std::size_t>(*chosen == lane::adverse_events ? room.idle : room.of_others, 1);
  const auto limit = std::min(most, std::max(records_ready()[*chosen] / writers, small));
  std::size_t records = 0;
  for (auto* queue : ready[*chosen])
    if (records < limit)
      take_from(*queue, group, records, most);
  turns_.gave(*chosen, records, waiting, possible);
  groups_since_urgent_ =
      waiting[lane::adverse_events] > 0 ? 0 : std::min(groups_since_urgent_ + 1, groups_remembered);
  if (room.of_others > 0)
    add_company(ready, group, records);
  return group;
}

/// Whatever is so little that it takes less than a transaction of its own would.
void group_queue::add_company(const per_lane<std::vector<stream_queue*>>& ready,
                              storage_group& group, std::size_t& records) {
  const auto limit = std::min(group_records_max_, records_worth_a_writer);
  for (const auto which : all_lanes)
    for (auto* queue : ready[which])
      if (which != group.which &&
          records + queue->batches.begin()->second.batch->records.size() <= limit)
        take_from(*queue, group, records, limit);
}

void group_queue::take_from(stream_queue& queue, storage_group& group, std::size_t& records,
                            std::size_t limit) {
  for (auto head = queue.batches.find(queue.expected); head != queue.batches.end();
       head = queue.batches.find(queue.expected)) {
    auto& held = head->second;
    if (!group.batches.empty() && records + held.batch->records.size() > limit)
      return;
    records += held.batch->records.size();
    queue.expected = held.batch->raw->end_offset;
    ++queue.in_flight;
    group.batches.push_back(std::move(held.batch));
    group.tickets.push_back(held.ticket);
    queue.batches.erase(head);
  }
}

void group_queue::committed(const decided_batch& batch, std::int64_t next_offset) {
  auto& queue = streams_[batch.raw->stream];
  if (queue.epoch != batch.raw->epoch)
    return;
  invariant(queue.in_flight > 0, "a batch was written that no writer had");
  --queue.in_flight;
  queue.expected = std::max(queue.expected, next_offset);
}

std::vector<refused_ticket> group_queue::failed(const decided_batch& batch) {
  auto& queue = streams_[batch.raw->stream];
  if (queue.epoch != batch.raw->epoch)
    return {};
  invariant(queue.in_flight > 0, "a batch failed that no writer had");
  --queue.in_flight;
  queue.broken = true;
  queue.broken_round = batch.raw->round;
  queue.expected = std::min(queue.expected, batch.raw->begin_offset);
  std::vector<refused_ticket> refused;
  for (const auto& [begin, held] : queue.batches)
    refused.push_back({held.ticket, errc::out_of_order});
  queue.batches.clear();
  return refused;
}

std::size_t group_queue::waiting_batches() const {
  std::size_t count = 0;
  for (const auto& [stream, queue] : streams_)
    count += queue.batches.size();
  return count;
}

std::size_t group_queue::size() const {
  std::size_t count = 0;
  for (const auto& [stream, queue] : streams_)
    count += queue.batches.size() + queue.in_flight;
  return count;
}

} // namespace aepro
