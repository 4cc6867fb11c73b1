#include "actors/ingest/partition_intake.hpp"

#include "actors/common/invariant.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace aepro {

partition_intake::partition_intake(stream_claim claim, intake_options options,
                                   polled_ranges earlier)
    : claim_(std::move(claim)), options_(options), earlier_(std::move(earlier)),
      retry_(options.retry), position_(claim_.next_offset), durable_(claim_.next_offset),
      totals_(claim_.totals) {
  status_.stream = claim_.stream;
  status_.next_offset = durable_;
  status_.epoch = claim_.epoch;
  status_.deadline = options_.deadline;
  marks_.push_back({position_, 0});
}

std::size_t partition_intake::room() const {
  if (entries_.size() >= options_.batches_in_flight_max || bytes_ >= options_.bytes_in_flight_max)
    return 0;
  const auto room = options_.batch_records_max - (filling_ ? filling_->records.size() : 0);
  const auto until_boundary = next_boundary() - std::max<std::int64_t>(position_, 0);
  return std::min(room, static_cast<std::size_t>(until_boundary));
}

/// Where a range that was polled before begins or ends, beyond what is held: a batch ends there.
std::int64_t partition_intake::next_boundary() const {
  const auto next = std::max<std::int64_t>(position_, 0);
  for (const auto& range : earlier_) {
    if (next < range.begin_offset)
      return range.begin_offset;
    if (next < range.end_offset)
      return range.end_offset;
  }
  return std::numeric_limits<std::int64_t>::max();
}

std::size_t partition_intake::add(records_fetched&& fetched, time_point now) {
  auto& records = fetched.records;
  const auto first =
      std::find_if(records.begin(), records.end(),
                   [this](const record_view& record) { return record.offset >= position_; });
  if (first == records.end())
    return 0;
  if (!filling_) {
    filling_ = std::make_shared<record_batch>();
    filling_->stream = claim_.stream;
    filling_->epoch = claim_.epoch;
    filling_->begin_offset = position_;
    filling_->polled_at = now;
    filling_->deadline = filling_->due = now + options_.deadline;
    for (const auto& range : earlier_)
      if (first->offset >= range.begin_offset && first->offset < range.end_offset)
        filling_->due = std::min(filling_->due, range.due);
  }
  const auto boundary = next_boundary();
  const auto count = static_cast<std::size_t>(records.end() - first);
  invariant(records.back().offset >= position_,
            "records of a fetch are not in the order of their offsets");
  position_ = records.back().offset + 1;
  filling_->end_offset = position_;
  filling_->bytes += fetched.bytes;
  filling_->buffers.push_back(std::move(fetched.buffers));
  if (filling_->records.empty() && first == records.begin())
    filling_->records = std::move(records);
  else
    std::move(first, records.end(), std::back_inserter(filling_->records));
  bytes_ += fetched.bytes;
  status_.read_records += count;
  if (filling_->records.size() >= options_.batch_records_max ||
      filling_->bytes >= options_.batch_bytes_max || position_ >= boundary)
    close_filling();
  return count;
}

void partition_intake::close_filling() {
  marks_.push_back({filling_->end_offset, status_.read_records});
  if (marks_.size() > read_marks_max)
    marks_.pop_front();
  entries_.push_back({std::move(filling_), entry_state::queued});
  filling_ = nullptr;
}

bool partition_intake::filling_is_due(time_point now) const {
  return filling_ && (entries_.empty() || now - filling_->polled_at >= options_.batch_age_max) &&
         entries_.size() < options_.batches_in_flight_max;
}

std::shared_ptr<record_batch> partition_intake::next(time_point now) {
  if (stalled_) {
    if (outstanding_ > 0 || now < retry_at_)
      return nullptr;
    requeue(now);
  }
  if (filling_is_due(now))
    close_filling();
  const auto found = std::find_if(entries_.begin(), entries_.end(), [](const entry& candidate) {
    return candidate.state == entry_state::queued;
  });
  if (found == entries_.end())
    return nullptr;
  found->state = entry_state::outstanding;
  found->batch->round = round_;
  ++outstanding_;
  if (!silent_since_)
    silent_since_ = now;
  return found->batch;
}

/// An earlier try may still be read by another actor: the records are shared, the deadline is not.
/// When they are due does not change.
void partition_intake::requeue(time_point now) {
  stalled_ = false;
  ++round_;
  for (auto& held : entries_) {
    if (held.state != entry_state::failed)
      continue;
    auto again = std::make_shared<record_batch>(*held.batch);
    again->deadline = now + options_.deadline;
    held.batch = std::move(again);
    held.state = entry_state::queued;
  }
}

partition_intake::entry* partition_intake::find_outstanding(std::int64_t begin_offset) {
  for (auto& held : entries_)
    if (held.state == entry_state::outstanding && held.batch->begin_offset == begin_offset)
      return &held;
  return nullptr;
}

bool partition_intake::settled(const settlement& answer, time_point now, unix_milliseconds wall_now,
                               latency_histogram& latency) {
  auto* held = find_outstanding(answer.begin_offset);
  if (held == nullptr)
    return false;
  held->state = entry_state::settled;
  for (const auto& record : held->batch->records)
    latency.add(wall_now - record.timestamp);
  --outstanding_;
  answered(now);
  retry_.reset();
  const bool late = now > held->batch->due;
  status_.late_batches += late ? 1 : 0;
  status_.late_records += answer.late;
  // Not the sum of the answers' counts: those of a try whose answer came too late are not among
  // them.
  if (answer.totals.total() > totals_.total()) {
    status_.counts += answer.totals - totals_;
    totals_ = answer.totals;
  }
  while (!entries_.empty() && entries_.front().state == entry_state::settled) {
    const auto& done = *entries_.front().batch;
    invariant(done.begin_offset == durable_, "a batch became durable out of its order");
    invariant(bytes_ >= done.bytes, "a batch gives back more bytes than were taken");
    durable_ = done.end_offset;
    bytes_ -= done.bytes;
    entries_.pop_front();
  }
  return late;
}

void partition_intake::failed(std::int64_t begin_offset, time_point now, std::uint64_t random,
                              retry_budget* budget) {
  auto* held = find_outstanding(begin_offset);
  if (held == nullptr)
    return;
  held->state = entry_state::failed;
  --outstanding_;
  if (!stalled_) {
    stalled_ = true;
    const auto drawn = retry_.next(random);
    const bool is_spent = budget != nullptr && !budget->take(now);
    retry_at_ = now + (is_spent ? options_.retry.backoff_max : drawn);
  }
}

void partition_intake::answered(time_point now) {
  silent_since_ = outstanding_ > 0 ? std::optional{now} : std::nullopt;
}

polled_ranges partition_intake::unsettled() const {
  polled_ranges ranges;
  const auto add = [&ranges](std::int64_t begin, std::int64_t end, time_point due) {
    if (begin >= end)
      return;
    if (!ranges.empty() && ranges.back().end_offset == begin && ranges.back().due == due)
      ranges.back().end_offset = end;
    else
      ranges.push_back({begin, end, due});
  };
  for (const auto& held : entries_)
    if (held.state != entry_state::settled)
      add(held.batch->begin_offset, held.batch->end_offset, held.batch->due);
  if (filling_)
    add(filling_->begin_offset, filling_->end_offset, filling_->due);
  for (const auto& range : earlier_) // What has not been read again.
    add(std::max(range.begin_offset, position_), range.end_offset, range.due);
  return ranges;
}

std::uint64_t partition_intake::records_in_flight() const {
  std::uint64_t count = filling_ ? filling_->records.size() : 0;
  for (const auto& held : entries_)
    if (held.state != entry_state::settled)
      count += held.batch->records.size();
  return count;
}

partition_intake::holding partition_intake::held() const {
  holding all;
  const auto count = [&all](const record_batch& batch) {
    ++all.batches;
    all.bytes += all.newest_bytes = batch.bytes;
  };
  for (const auto& held : entries_)
    count(*held.batch);
  if (filling_)
    count(*filling_);
  return all;
}

std::optional<partition_intake::held_batch> partition_intake::oldest() const {
  for (const auto& held : entries_)
    if (held.state != entry_state::settled)
      return held_batch{held.batch->begin_offset, held.batch->polled_at,
                        held.state == entry_state::outstanding};
  if (filling_)
    return held_batch{filling_->begin_offset, filling_->polled_at, false};
  return std::nullopt;
}

std::optional<std::uint64_t> partition_intake::read_before(std::int64_t next_offset) const {
  const auto ends_before = [](const read_mark& mark, std::int64_t wanted) {
    return mark.end_offset < wanted;
  };
  const auto found = std::lower_bound(marks_.begin(), marks_.end(), next_offset, ends_before);
  if (found == marks_.end() || found->end_offset != next_offset)
    return std::nullopt;
  return found->records;
}

stream_status partition_intake::status() const {
  auto answer = status_;
  answer.next_offset = durable_;
  answer.in_flight_records = records_in_flight();
  answer.state = stalled_ ? stream_state::retrying : stream_state::running;
  return answer;
}

} // namespace aepro
