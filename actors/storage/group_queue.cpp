#include "actors/storage/group_queue.hpp"

#include <algorithm>

namespace aepro {

std::vector<refused_ticket> group_queue::claimed(const stream_claim& claim) {
  auto& queue = streams_[claim.stream];
  std::vector<refused_ticket> refused;
  for (const auto& [begin, held] : queue.batches)
    refused.push_back({held.ticket, errc::fenced});
  queue.batches.clear();
  queue.epoch = claim.epoch;
  queue.in_flight = 0; // A group of an earlier epoch may hang for ever: the store fences it, nothing waits for it.
  queue.expected = claim.next_offset;
  queue.broken = false;
  return refused;
}

std::vector<refused_ticket> group_queue::push(std::shared_ptr<decided_batch> batch, ticket ticket) {
  const auto found = streams_.find(batch->raw->stream);
  if (found == streams_.end() || found->second.epoch != batch->raw->epoch)
    return {{ticket, errc::fenced}};
  auto& queue = found->second;
  const auto begin = batch->raw->begin_offset;
  if (begin <= queue.expected)
    queue.broken = false;
  else if (queue.broken)
    return {{ticket, errc::out_of_order}};
  std::vector<refused_ticket> refused;
  auto& held = queue.batches[begin];
  if (held.batch)
    refused.push_back({held.ticket, errc::deadline_exceeded});
  held = {std::move(batch), ticket};
  return refused;
}

/// A batch that begins before `expected` is a retry of what became durable meanwhile: the store's
/// compare-and-set will say so. Left behind, it would wait for its deadline and hold its records.
bool group_queue::is_ready(const stream_queue& queue) {
  return queue.in_flight == 0 && !queue.batches.empty() && queue.batches.begin()->first <= queue.expected;
}

std::size_t group_queue::records_ready() const {
  std::size_t records = 0;
  for (const auto& [stream, queue] : streams_)
    if (is_ready(queue))
      records += queue.batches.begin()->second.batch->records.size();
  return records;
}

storage_group group_queue::take(std::size_t idle_writers) {
  std::vector<stream_queue*> ready;
  for (auto& [stream, queue] : streams_) {
    if (!is_ready(queue))
      continue;
    queue.expected = queue.batches.begin()->first;
    ready.push_back(&queue);
  }
  std::sort(ready.begin(), ready.end(), [](const stream_queue* left, const stream_queue* right) {
    return left->batches.begin()->second.batch->raw->polled_at
           < right->batches.begin()->second.batch->raw->polled_at;
  });
  // Little work goes in one transaction; much work is divided, so that no writer stands idle.
  const auto share = std::max(records_ready() / std::max<std::size_t>(idle_writers, 1), records_worth_a_writer);
  const auto limit = std::min(group_records_max_, share);
  storage_group group;
  std::size_t records = 0;
  for (auto* queue : ready) {
    if (records >= limit)
      break;
    take_from(*queue, group, records, group_records_max_);
  }
  return group;
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
  --queue.in_flight;
  queue.expected = std::max(queue.expected, next_offset);
}

std::vector<refused_ticket> group_queue::failed(const decided_batch& batch) {
  auto& queue = streams_[batch.raw->stream];
  if (queue.epoch != batch.raw->epoch)
    return {};
  --queue.in_flight;
  queue.broken = true;
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
