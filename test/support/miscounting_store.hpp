#pragma once

/// A store that counts wrongly, in front of a real one.

#include "actors/storage/event_store.hpp"

namespace aepro::test {

struct miscount_plan {
  stream_name stream;
  std::uint64_t extra = 0; ///< Accepted records that are told, and never were.
};

class miscounting_store final : public event_store {
public:
  miscounting_store(std::unique_ptr<event_store> store, const miscount_plan& plan)
      : store_(std::move(store)), plan_(plan) {}

  caf::expected<stream_claim> claim(const stream_name& stream) override {
    return store_->claim(stream);
  }

  caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group,
         std::chrono::steady_clock::time_point deadline) override {
    auto outcomes = store_->append(group, deadline);
    if (outcomes)
      for (auto& outcome : *outcomes)
        if (outcome.settled.stream == plan_.stream)
          outcome.settled.totals.accepted += plan_.extra;
    return outcomes;
  }

  caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) override {
    return store_->load_subjects(keys);
  }

  caf::expected<std::vector<stream_claim>> partitions() override { return store_->partitions(); }

private:
  std::unique_ptr<event_store> store_;
  const miscount_plan& plan_;
};

} // namespace aepro::test
