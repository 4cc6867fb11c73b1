#include "actors/ingest/intake_tally.hpp"

namespace aepro {

ingest_status intake_tally::status(time_point now) const {
  ingest_status answer;
  answer.counts = counts;
  answer.read_records = read_records;
  answer.retries = retries;
  for (const auto which : all_lanes) {
    auto& one = answer.lanes[which];
    one = {lanes_[which].all, lanes_[which].window.recent(now, lanes_[which].all)};
    answer.latency += one.all;
    answer.recent += one.recent;
  }
  return answer;
}

void intake_tally::observe(time_point now) {
  for (auto& one : lanes_.values)
    one.window.observe(now, one.all);
}

void intake_tally::leave(const partition_intake& intake) {
  read_records -= intake.status().read_records - intake.counts().total();
  left_[intake.claim().stream] = {intake.claim().epoch, intake.totals()};
  unsettled_[intake.claim().stream] = intake.unsettled();
}

polled_ranges intake_tally::unsettled(const stream_name& stream) const {
  const auto found = unsettled_.find(stream);
  return found == unsettled_.end() ? polled_ranges{} : found->second;
}

void intake_tally::claimed(const stream_claim& claim) {
  const auto found = left_.find(claim.stream);
  if (found == left_.end())
    return;
  if (claim.epoch == found->second.epoch + 1)
    count(found->second, claim.totals);
  left_.erase(found); // The claim's totals hold whatever answer is still under way.
}

void intake_tally::settled_late(const stream_name& stream, std::uint64_t epoch,
                                const settlement& answer) {
  if (const auto found = left_.find(stream); found != left_.end() && found->second.epoch == epoch)
    count(found->second, answer.totals);
}

void intake_tally::count(left_stream& left, const verdict_counts& totals) {
  if (totals.total() <= left.totals.total())
    return; // An answer that was overtaken by a later one.
  const auto more = totals - left.totals;
  counts += more;
  read_records += more.total();
  left.totals = totals;
}

} // namespace aepro
