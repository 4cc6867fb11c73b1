#pragma once

/// A store that fails on demand, in front of a real one.

#include "actors/storage/event_store.hpp"
#include "messages/type_ids.hpp"

#include <deque>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace aepro::test {

/// What the next calls of append do, in order; afterwards all is well.
/// Those that throw kill the writer.
enum class append_fault { none, fails_before_commit, outcome_unknown, throws, throws_after_commit };

struct fault_plan {
  std::deque<append_fault> appends;
  std::string refused; ///< Events whose id contains it are refused; empty: none.
  bool refuses_by_exception = false;
  bool refuses_all = false;
  std::size_t append_calls = 0;
  verdict_counts stored; ///< What the real store committed, whatever the caller was told.
  std::size_t look_up_calls = 0;
  std::size_t failing_look_ups = 0;
  std::vector<stream_name> appended; ///< Of each batch that was committed, in order.
  std::map<stream_name, std::size_t> claim_calls;
  bool refuses_claims = false;
};

class faulty_store final : public event_store {
public:
  faulty_store(std::unique_ptr<event_store> store, fault_plan& plan)
      : store_(std::move(store)), plan_(plan) {}

  caf::expected<stream_claim> claim(const stream_name& stream) override {
    ++plan_.claim_calls[stream];
    if (plan_.refuses_claims)
      return caf::make_error(errc::store_unavailable, "planned");
    return store_->claim(stream);
  }

  caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group,
         std::chrono::steady_clock::time_point) override {
    ++plan_.append_calls;
    auto fault = append_fault::none;
    if (!plan_.appends.empty()) {
      fault = plan_.appends.front();
      plan_.appends.pop_front();
    }
    if (fault == append_fault::fails_before_commit)
      return caf::make_error(errc::store_unavailable, "planned");
    if (fault == append_fault::throws)
      throw std::bad_alloc();
    if (refuses(group)) {
      if (plan_.refuses_by_exception)
        throw std::out_of_range("planned");
      return caf::make_error(errc::content_refused, "planned");
    }
    // The simulated clock stands apart from the real one: no deadline here.
    auto outcomes = store_->append(group, std::chrono::steady_clock::time_point::max());
    if (outcomes)
      for (const auto& outcome : *outcomes)
        if (outcome.committed) {
          plan_.stored += outcome.settled.counts;
          plan_.appended.push_back(outcome.settled.stream);
        }
    if (fault == append_fault::throws_after_commit)
      throw std::bad_alloc();
    if (fault == append_fault::outcome_unknown)
      return caf::make_error(errc::store_outcome_unknown, "planned");
    return outcomes;
  }

  caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) override {
    ++plan_.look_up_calls;
    if (plan_.failing_look_ups > 0) {
      --plan_.failing_look_ups;
      return caf::make_error(errc::store_unavailable, "planned");
    }
    return store_->load_subjects(keys);
  }

  caf::expected<std::vector<stream_claim>> partitions() override { return store_->partitions(); }

private:
  bool refuses(std::span<const std::shared_ptr<decided_batch>> group) const {
    if (plan_.refuses_all)
      return true;
    for (const auto& batch : group)
      for (const auto& record : batch->records)
        if (!plan_.refused.empty() &&
            record.event.event_id.find(plan_.refused) != std::string_view::npos)
          return true;
    return false;
  }

  std::unique_ptr<event_store> store_;
  fault_plan& plan_;
};

} // namespace aepro::test
