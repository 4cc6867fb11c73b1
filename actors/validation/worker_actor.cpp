#include "actors/validation/worker_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

namespace aepro {

validation_worker_state::validation_worker_state(validation_worker_actor::pointer self,
                                                 std::size_t number, validation_actor pool,
                                                 registry_actor registry, storage_actor storage,
                                                 std::shared_ptr<const validation_options> options)
    : self(self), number(number), pool(std::move(pool)), registry(std::move(registry)),
      storage(std::move(storage)), options(std::move(options)) {
}

void validation_worker_state::decide(pending_batch& pending, const subject_contexts& contexts,
                                     caf::typed_response_promise<settlement>& promise) {
  std::vector<processing_failure> failures;
  auto decided =
      finish_guarded(std::move(pending), contexts, options->decide, options->steps, failures);
  report(*decided->raw, failures);
  decided->evidence = encode_evidence(*decided->raw, options->segment);
  auto stream = decided->raw->stream;
  promise.delegate(storage, std::move(decided));
  done(std::move(stream));
}

void validation_worker_state::done(stream_name stream) {
  self->send(pool, done_atom_v, number, std::move(stream));
}

/// Once per try of a batch, and loud: it is a mistake of ours.
void validation_worker_state::report(const record_batch& batch,
                                     const std::vector<processing_failure>& failures) const {
  for (const auto& failure : failures)
    log::error("validation", "processing-failed",
               "topic {} partition {} offset {}: rejected, because its processing threw an "
               "exception ({}); its bytes "
               "are in the ledger and in the dead-letter topic",
               batch.stream.topic, batch.stream.partition, batch.records[failure.index].offset,
               failure.type);
}

void validation_worker_state::fail(const record_batch& batch, const caf::error& reason,
                                   caf::typed_response_promise<settlement>& promise) {
  // Whatever kept the registry from answering, the batch itself is sound: ingest tries again.
  promise.deliver(
      caf::make_error(errc::store_unavailable,
                      fmt::format("subjects for {}/{} at offset {}: {}", batch.stream.topic,
                                  batch.stream.partition, batch.begin_offset, error_text(reason))));
  done(batch.stream);
}

validation_worker_actor::behavior_type validation_worker_state::make_behavior() {
  hide_exceptions(self);
  return {
      [this](record_batch_ptr& batch) -> caf::result<settlement> {
        auto promise = self->make_response_promise<settlement>();
        const auto left = batch->deadline - self->clock().now();
        if (left <= left.zero()) {
          promise.deliver(caf::make_error(errc::deadline_exceeded, "validation: no time left"));
          done(batch->stream);
          return promise;
        }
        std::vector<processing_failure> failures;
        auto pending = std::make_shared<pending_batch>(
            prepare_guarded(std::move(batch), options->decide, options->steps, failures));
        report(*pending->batch->raw, failures);
        if (pending->subjects.empty()) {
          decide(*pending, {}, promise);
          return promise;
        }
        self->request(registry, left, pending->subjects)
            .then(
                [this, pending, promise](const subject_contexts& contexts) mutable {
                  decide(*pending, contexts, promise);
                },
                [this, pending, promise](const caf::error& reason) mutable {
                  fail(*pending->batch->raw, reason, promise);
                });
        return promise;
      },
  };
}

} // namespace aepro
