#include "actors/storage/batch_halves.hpp"

#include "actors/validation/guarded_decider.hpp"

namespace aepro {

namespace {

class kept_batch final : public record_buffers {
public:
  explicit kept_batch(std::shared_ptr<const decided_batch> batch) : batch_(std::move(batch)) {}

private:
  std::shared_ptr<const decided_batch> batch_;
};

/// Returns a batch of `count` records from `first` on, without evidence.
std::shared_ptr<decided_batch> part_of(const std::shared_ptr<decided_batch>& batch,
                                       std::size_t first, std::size_t count) {
  auto part = std::make_shared<decided_batch>();
  part->raw = std::make_shared<record_batch>(*batch->raw);
  const auto take = [&](auto& list, const auto& from) {
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first);
    list.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  };
  take(part->raw->records, batch->raw->records);
  take(part->records, batch->records);
  part->raw->buffers.push_back(std::make_shared<kept_batch>(batch));
  part->arena = std::make_unique<std::pmr::monotonic_buffer_resource>();
  part->rules_version = batch->rules_version;
  return part;
}

} // namespace

std::pair<std::shared_ptr<decided_batch>, std::shared_ptr<decided_batch>>
halve(const std::shared_ptr<decided_batch>& batch, const segment_options& options) {
  const auto size = batch->records.size();
  auto left = part_of(batch, 0, size / 2);
  auto right = part_of(batch, size / 2, size - size / 2);
  // Records handed out: the next of them may have any later offset.
  left->raw->end_offset = left->raw->records.back().offset + 1;
  right->raw->begin_offset = left->raw->end_offset;
  left->evidence = encode_evidence(*left->raw, options);
  right->evidence = encode_evidence(*right->raw, options);
  return {std::move(left), std::move(right)};
}

std::shared_ptr<decided_batch> without_content(const std::shared_ptr<decided_batch>& batch) {
  auto rejected = part_of(batch, 0, batch->records.size());
  rejected->evidence = batch->evidence;
  for (auto& record : rejected->records)
    reject_unprocessed(record, batch->rules_version, *rejected->arena);
  return rejected;
}

append_outcome both_of(const append_outcome& left, append_outcome right) {
  right.settled.begin_offset = left.settled.begin_offset;
  right.settled.counts += left.settled.counts;
  right.settled.late += left.settled.late;
  return right;
}

} // namespace aepro
