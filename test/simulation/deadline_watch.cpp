#include "deadline_watch.hpp"

#include "actors/storage/storage_actor.hpp"
#include "messages/error_text.hpp"

#include <algorithm>
#include <typeinfo>

namespace aepro::simulation {

namespace {

/// Of each topic its most patient batch counts, and of those topics the least patient one.
time_point deadline_of(std::span<const std::shared_ptr<decided_batch>> group) {
  std::map<std::string, time_point> latest;
  for (const auto& batch : group) {
    auto& of_topic = latest[batch->raw->stream.topic];
    of_topic = std::max(of_topic, batch->raw->deadline);
  }
  auto earliest = time_point::max();
  for (const auto& [topic, at] : latest)
    earliest = std::min(earliest, at);
  return earliest;
}

} // namespace

void deadline_watch::polled(const std::string& node, const stream_name& stream,
                            std::int64_t offset) {
  first_polls_[{node, stream}].emplace(offset, broker_.now());
}

void deadline_watch::begins(const record_batch& batch) const {
  if (broker_.now() >= batch.deadline)
    log_.violated("deadline: a worker begins with {} from {}, whose time is up",
                  text_of(batch.stream), batch.begin_offset);
}

void deadline_watch::decided(const std::string& node, const record_batch& batch) {
  auto& latest = deadlines_[{node, batch.stream, batch.begin_offset}];
  latest = std::max(latest, batch.deadline);
}

void deadline_watch::check(const std::string& node, const caf::local_actor& actor) {
  if (typeid(actor) != typeid(storage_impl) || actor.getf(caf::abstract_actor::is_terminated_flag))
    return;
  const auto& storage = dynamic_cast<const storage_impl&>(actor).state;
  auto& next = tickets_.try_emplace(actor.id(), 1).first->second;
  for (; next < storage.next_ticket; ++next) {
    const auto taken = storage.promises.find(next);
    if (taken == storage.promises.end())
      continue; // It was refused at once.
    const auto& [promise, stream, begin_offset] = taken->second;
    if (broker_.now() >= deadlines_.at({node, stream, begin_offset}))
      log_.violated("deadline: storage takes {} from {}, whose time is up", text_of(stream),
                    begin_offset);
  }
}

void deadline_watch::writes(const std::string& node,
                            std::span<const std::shared_ptr<decided_batch>> group,
                            time_point deadline, const node_limits& limits) const {
  const auto own = deadline_of(group);
  if (deadline > own)
    log_.violated("deadline: {} gives a transaction more time than its batches have", node);
  if (broker_.now() >= own)
    log_.violated("deadline: {} begins a transaction whose time is up", node);
  for (const auto& batch : group) {
    check_time(*batch->raw, limits);
    check_due(node, *batch->raw, limits);
  }
}

/// Never later than its first record's first poll says. Nor earlier: where it was in another batch
/// then, that one's first record counts, which was one of so many before it.
void deadline_watch::check_due(const std::string& node, const record_batch& batch,
                               const node_limits& limits) const {
  const auto polls = first_polls_.find({node, batch.stream});
  if (polls == first_polls_.end() || epochs_.at({node, batch.stream}) != batch.epoch)
    return; // Of a claim before: it will be fenced.
  auto first = polls->second.find(batch.records.front().offset);
  if (first == polls->second.end())
    return;
  const auto latest = first->second;
  auto earliest = latest;
  for (auto left = limits.batch_records_max; left > 1 && first != polls->second.begin(); --left)
    earliest = std::min(earliest, (--first)->second);
  const bool may_be_settled_before = latest <= commits_forgotten_at_;
  if ((batch.due > latest + limits.deadline && !may_be_settled_before) ||
      batch.due < earliest + limits.deadline)
    log_.violated("deadline: {} from {} is due {} ms after its first poll, not {}",
                  text_of(batch.stream), batch.begin_offset,
                  std::chrono::duration_cast<std::chrono::milliseconds>(batch.due - latest).count(),
                  limits.deadline.count());
}

void deadline_watch::check_time(const record_batch& batch, const node_limits& limits) const {
  if (batch.deadline < batch.polled_at + limits.deadline ||
      batch.deadline > broker_.now() + limits.deadline)
    log_.violated("deadline: {} from {} has not the time that its lane gives it",
                  text_of(batch.stream), batch.begin_offset);
}

} // namespace aepro::simulation
