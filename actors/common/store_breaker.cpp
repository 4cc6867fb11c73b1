#include "actors/common/store_breaker.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// Google's K: how many times what the store accepts is sent to it.
constexpr double requests_per_accept = 2;

std::int64_t slot_of(store_breaker::time_point now, std::chrono::seconds length) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() /
         length.count();
}

} // namespace

bool is_answer(errc code) {
  switch (code) {
    case errc::store_unavailable:
    case errc::store_full:
    case errc::store_outcome_unknown:
    case errc::deadline_exceeded: return false;
    case errc::none:
    case errc::fenced:
    case errc::out_of_order:
    case errc::store_busy:
    case errc::store_broken:
    case errc::broker_unavailable:
    case errc::topic_missing:
    case errc::authorization_denied:
    case errc::offset_out_of_range:
    case errc::partition_lost:
    case errc::shutting_down:
    case errc::invalid_settings:
    case errc::content_refused: return true;
  }
  return true;
}

bool store_breaker::admits(time_point now) {
  const std::lock_guard lock{mutex_};
  auto& slot = current(now);
  ++slot.requests;
  const bool is_probe = now - last_admitted_ >= probe_interval_;
  if (is_refused(sum(now)) && !is_probe && allowance_ == 0) {
    ++refused_;
    return false;
  }
  allowance_ -= allowance_ > 0 ? 1 : 0;
  last_admitted_ = now;
  return true;
}

void store_breaker::answered(time_point now, errc code) {
  const std::lock_guard lock{mutex_};
  if (!is_answer(code)) {
    ++current(now).failures;
    answers_in_a_row_ = 0;
    allowance_ = 0;
    return;
  }
  auto& slot = current(now);
  ++slot.accepts;
  slot.requests =
      std::max(slot.requests, slot.accepts); // It may have been asked in the slot before.
  allowance_ = std::min(allowance_ + allowance_per_answer, answers_until_recovered);
  if (++answers_in_a_row_ < answers_until_recovered)
    return;
  for (auto& one : counts_) // What failed before tells nothing of a store that has recovered.
    one = {one.slot, std::min(one.requests, one.accepts), one.accepts, 0};
  owed_ = 0;
}

breaker_status store_breaker::status(time_point now) const {
  const std::lock_guard lock{mutex_};
  const auto recent = sum(now);
  return {recent.requests, recent.accepts, refused_};
}

store_breaker::counts& store_breaker::current(time_point now) {
  const auto slot = slot_of(now, slot_length);
  auto& counted = counts_[static_cast<std::size_t>(slot) % slots];
  if (counted.slot != slot)
    counted = {slot, 0, 0, 0};
  return counted;
}

store_breaker::counts store_breaker::sum(time_point now) const {
  const auto oldest = slot_of(now, slot_length) - static_cast<std::int64_t>(slots) + 1;
  counts all;
  for (const auto& one : counts_)
    if (one.slot >= oldest) {
      all.requests += one.requests;
      all.accepts += one.accepts;
      all.failures += one.failures;
    }
  return all;
}

/// What has not been answered yet has not failed.
bool store_breaker::is_refused(const counts& recent) {
  if (recent.failures == 0)
    return false;
  const auto requests = static_cast<double>(recent.requests - 1); // Before this one.
  const auto share =
      (requests - requests_per_accept * static_cast<double>(recent.accepts)) / (requests + 1);
  owed_ = std::max(0.0, owed_ + share);
  if (share <= 0 || owed_ < 1)
    return false;
  owed_ -= 1;
  return true;
}

} // namespace aepro
