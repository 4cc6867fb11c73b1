#include "actors/storage/memory_store.hpp"

#include "actors/storage/clock_store.hpp"
#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/ledger_reader.hpp"
#include "actors/storage/make_store_error.hpp"
#include "actors/storage/notification_store.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/review_store.hpp"
#include "actors/storage/rows/plan_rows.hpp"
#include "actors/storage/wall_clock.hpp"
#include "actors/validation/subject_context.hpp"

#include <deque>
#include <map>
#include <mutex>

namespace aepro {

struct memory_snapshot {
  std::map<stream_name, stream_claim> states;
  std::map<event_key, known_event> events;
  std::map<event_key, std::vector<subject_context_ptr>> subjects;
};

namespace {

/// What all connections share.
struct memory_data : memory_snapshot {
  std::mutex mutex;
  std::deque<stored_stream> streams; ///< Addresses stay: events point here.

  const stored_stream* stream(const stream_name& name) {
    for (const auto& known : streams)
      if (known.name == name)
        return &known;
    return &streams.emplace_back(
        stored_stream{static_cast<std::int32_t>(streams.size()) + 1, name});
  }
};

class memory_store final : public event_store {
public:
  memory_store(std::shared_ptr<memory_data> data, std::function<insertion_instant()> clocks)
      : data_(std::move(data)), clocks_(std::move(clocks)) {}

  caf::expected<stream_claim> claim(const stream_name& stream) override {
    const std::lock_guard lock(data_->mutex);
    auto& state = data_->states[stream];
    state.stream = stream;
    ++state.epoch;
    return state;
  }

  caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group,
         std::chrono::steady_clock::time_point deadline) override {
    if (const auto mistake = find_group_mistake(group))
      return make_store_error(errc::out_of_order, "memory: " + *mistake);
    const std::lock_guard lock(data_->mutex);
    if (std::chrono::steady_clock::now() >= deadline)
      return make_store_error(errc::deadline_exceeded, "memory: no time left to append");
    const auto states = all_states();
    const auto admitted = admit(group, states);
    std::vector<planned_input> inputs;
    for (std::size_t i = 0; i < group.size(); ++i)
      if (admitted[i])
        inputs.push_back({group[i].get(), data_->stream(group[i]->raw->stream)});
    group_plan plan(std::move(inputs));
    std::vector<known_event> known;
    for (const auto& row : plan.rows())
      if (const auto found = data_->events.find(row.key); found != data_->events.end())
        known.push_back(found->second);
    plan.resolve(known, states);
    plan.find_late(clocks_());
    store(plan);
    return outcomes_of(group, admitted, plan, states);
  }

  caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) override {
    const std::lock_guard lock(data_->mutex);
    std::vector<subject_context_ptr> found;
    for (const auto& key : keys) {
      const auto entry = data_->subjects.find(subject_row_key(key.study, key.subject));
      found.push_back(entry == data_->subjects.end() ? make_unknown_subject(key.study, key.subject)
                                                     : entry->second.back());
    }
    return found;
  }

  caf::expected<std::vector<stream_claim>> partitions() override {
    const std::lock_guard lock(data_->mutex);
    return all_states();
  }

private:
  std::vector<stream_claim> all_states() const {
    std::vector<stream_claim> states;
    for (const auto& [name, state] : data_->states)
      states.push_back(state);
    return states;
  }

  void store(const group_plan& plan) {
    for (const auto& row : plan.rows()) {
      const auto& input = plan.inputs()[row.batch];
      data_->events.emplace(row.key, known_event{row.key, plan.decided(row).content_check,
                                                 input.stream, plan.raw(row).offset});
    }
    for (const auto& subject : find_subjects(plan)) {
      const auto& event = plan.inputs()[subject.batch].batch->records[subject.record].event;
      auto& versions = data_->subjects[subject.subject];
      versions.push_back(make_subject_context(
          std::string(event.study), std::string(event.subject), std::string(event.site),
          static_cast<std::uint32_t>(versions.size() + 1), std::string(event.body_bytes)));
    }
    for (std::size_t i = 0; i < plan.batches().size(); ++i) {
      auto& state = data_->states[plan.inputs()[i].stream->name];
      state.next_offset = plan.inputs()[i].batch->raw->end_offset;
      state.chain_head = plan.batches()[i].chain_after;
      state.totals += plan.batches()[i].counts;
    }
  }

  std::shared_ptr<memory_data> data_;
  std::function<insertion_instant()> clocks_;
};

class shared_memory_database final : public memory_database {
public:
  std::shared_ptr<const memory_snapshot> snapshot() const override {
    const std::lock_guard lock(data_->mutex);
    return std::make_shared<const memory_snapshot>(*data_);
  }
  void return_to(const memory_snapshot& moment) override {
    const std::lock_guard lock(data_->mutex);
    static_cast<memory_snapshot&>(*data_) = moment;
  }
  std::unique_ptr<event_store> connect_with(std::function<insertion_instant()> clocks) override {
    return std::make_unique<memory_store>(data_, std::move(clocks));
  }
  caf::expected<std::unique_ptr<event_store>> connect() override {
    return connect_with([] {
      return insertion_instant{wall_clock(), std::chrono::steady_clock::now()};
    });
  }
  caf::expected<std::unique_ptr<ledger_reader>> read() override {
    return make_store_error(errc::store_broken, "memory: keeps no ledger to read");
  }
  caf::expected<std::unique_ptr<publication_store>> publish() override {
    return make_store_error(errc::store_broken, "memory: keeps no ledger to publish from");
  }
  caf::expected<std::unique_ptr<notification_store>> notify() override {
    return make_store_error(errc::store_broken, "memory: keeps no alerts to tell of");
  }
  caf::expected<std::unique_ptr<clock_store>> clocks() override {
    return make_store_error(errc::store_broken, "memory: keeps no clocks");
  }
  caf::expected<std::unique_ptr<review_store>> reviews() override {
    return make_store_error(errc::store_broken, "memory: compares no forms");
  }
  caf::expected<schema_versions> schema() override { return schema_versions{1, 1}; }
  caf::expected<void> migrate() override { return caf::unit; }
  std::string name() const override { return "memory:"; }

private:
  std::shared_ptr<memory_data> data_ = std::make_shared<memory_data>();
};

} // namespace

std::unique_ptr<memory_database> make_memory_database() {
  return std::make_unique<shared_memory_database>();
}

} // namespace aepro
