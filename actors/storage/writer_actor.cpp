#include "actors/storage/writer_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/storage/batch_halves.hpp"
#include "messages/error_text.hpp"

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <map>
#include <new>
#include <typeinfo>

namespace aepro {

namespace {

/// Runs `work` on the open store; opening it first where needed.
template <class Result, class Work>
caf::result<Result> with_store(writer_state& state, Work work) {
  if (auto failed = state.reopen())
    return failed;
  caf::expected<Result> answer = work(*state.store);
  if (!answer)
    return std::move(answer.error());
  return std::move(*answer);
}

/// Of each topic the most patient batch counts: one that has waited long must not cancel those
/// behind it. Of several topics the least patient one does: forms in the same transaction must not
/// keep an adverse event waiting.
std::chrono::steady_clock::time_point deadline_of(const decided_group& group) {
  std::map<std::string_view, std::chrono::steady_clock::time_point> deadlines;
  for (const auto& batch : group) {
    auto& latest =
        deadlines.try_emplace(batch->raw->stream.topic, batch->raw->deadline).first->second;
    latest = std::max(latest, batch->raw->deadline);
  }
  return std::ranges::min_element(deadlines, {}, [](const auto& entry) { return entry.second; })
      ->second;
}

} // namespace

writer_state::writer_state(writer_actor::pointer self, open_store open, segment_options segment,
                           std::shared_ptr<store_breaker> breaker)
    : self(self), open(std::move(open)), segment(segment), breaker(std::move(breaker)) {
}

caf::error writer_state::reopen() {
  if (store)
    return {};
  auto opened = open();
  if (!opened)
    return std::move(opened.error());
  store = std::move(*opened);
  return {};
}

/// A store that refuses most of what it is asked is left alone for a while: the batches fail at
/// once, and ingest tries them again.
caf::expected<append_outcomes> writer_state::append_guarded(const decided_group& group) {
  if (!breaker->admits(self->clock().now()))
    return caf::make_error(errc::store_unavailable,
                           "the store has been failing and is left alone for a moment");
  auto outcomes = append(group);
  breaker->answered(self->clock().now(), outcomes ? errc::none : code_of(outcomes.error()));
  return outcomes;
}

/// Where a record's values are refused, each batch goes alone, and is halved until the record is
/// found. What was stored before a half failed for another reason stays stored: the retry finds the
/// stream's offset moved.
caf::expected<append_outcomes> writer_state::append(const decided_group& group) {
  auto whole = append_once(group);
  if (whole || whole.error() != errc::content_refused)
    return whole;
  append_outcomes outcomes;
  for (const auto& batch : group) {
    auto one = append_alone(batch);
    if (!one)
      return std::move(one.error());
    outcomes.push_back(std::move(*one));
  }
  return outcomes;
}

/// An exception is taken for content that cannot be written, too; the connection that it passed
/// through is given up.
caf::expected<append_outcomes> writer_state::append_once(const decided_group& group) {
  if (auto failed = reopen())
    return failed;
  try {
    return store->append(group, deadline_of(group));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& reason) {
    store.reset();
    return caf::make_error(errc::content_refused,
                           "exception " + boost::core::demangle(typeid(reason).name()));
  }
}

caf::expected<append_outcome> writer_state::append_alone(const decided_batch_ptr& batch) {
  auto outcomes = append_once({batch});
  if (outcomes)
    return std::move(outcomes->front());
  if (outcomes.error() != errc::content_refused)
    return std::move(outcomes.error());
  if (batch->records.size() > 1)
    return append_halves(batch);
  log::error("storage", "processing-failed",
             "topic {} partition {} offset {}: rejected, because the store does not take what it "
             "holds: {}; its bytes "
             "are in the ledger and in the dead-letter topic",
             batch->raw->stream.topic, batch->raw->stream.partition, batch->raw->begin_offset,
             error_text(outcomes.error()));
  return append_rejected(batch);
}

caf::expected<append_outcome> writer_state::append_halves(const decided_batch_ptr& batch) {
  const auto [first, second] = halve(batch, segment);
  auto left = append_alone(first);
  if (!left || !left->committed)
    return left;
  auto right = append_alone(second);
  if (!right)
    return right;
  return both_of(*left, std::move(*right));
}

/// If the store refuses even that, the fault is not in the record.
caf::expected<append_outcome> writer_state::append_rejected(const decided_batch_ptr& batch) {
  auto outcomes = append_once({without_content(batch)});
  if (outcomes)
    return std::move(outcomes->front());
  if (outcomes.error() != errc::content_refused)
    return std::move(outcomes.error());
  return caf::make_error(errc::store_broken,
                         fmt::format("{} at offset {}: refused even as a rejected record: {}",
                                     text_of(batch->raw->stream), batch->raw->begin_offset,
                                     error_text(outcomes.error())));
}

writer_actor::behavior_type writer_state::make_behavior() {
  hide_exceptions(self);
  return {
      [this](decided_group& group) -> caf::result<append_outcomes> {
        return append_guarded(group);
      },
      [this](claim_atom, const stream_name& stream) {
        return with_store<stream_claim>(*this,
                                        [&](event_store& opened) { return opened.claim(stream); });
      },
      [this](const subject_keys& keys) {
        return with_store<subject_contexts>(
            *this, [&](event_store& opened) { return opened.load_subjects(keys); });
      },
      [this](partitions_atom) {
        return with_store<partition_states>(
            *this, [&](event_store& opened) { return opened.partitions(); });
      },
  };
}

} // namespace aepro
