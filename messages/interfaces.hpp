#pragma once

/// The typed interface of every actor: who says what to whom. This file alone explains the message flow.

#include "messages/type_ids.hpp"

namespace aepro {

/// Keeps what is durable; wraps the store's connections.
using storage_actor = caf::typed_actor<
  /// Stores a batch after the one before it, in one transaction, and answers when it is durable.
  /// Errors: deadline_exceeded, fenced, out_of_order, store_*, shutting_down.
  caf::result<settlement>(decided_batch_ptr),
  /// Takes a stream over: a new epoch, after which no earlier claim can write.
  caf::result<stream_claim>(claim_atom, stream_name),
  /// Answers the present reference data of subjects, in the order asked; unknown ones as negative entries.
  caf::result<subject_contexts>(subject_keys),
  /// Answers the state of every stream in the store.
  caf::result<partition_states>(partitions_atom)>;

/// Bounded cache of subjects' reference data in front of the store; one look-up in flight per key.
using registry_actor = caf::typed_actor<
  /// Answers the reference data of subjects, in the order asked; unknown ones as negative entries.
  caf::result<subject_contexts>(subject_keys),
  /// Forgets subjects whose data has changed.
  caf::result<void>(invalidate_atom, subject_keys)>;

/// Decides on batches in parallel and passes each on to storage, whose answer reaches the asker.
using validation_actor = caf::typed_actor<caf::result<settlement>(record_batch_ptr)>;

} // namespace aepro
