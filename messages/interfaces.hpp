#pragma once

/// The typed interface of every actor: who says what to whom. This file and
/// registry_actor in type_ids.hpp (there because it travels in a message) explain the message flow.

#include "messages/type_ids.hpp"

namespace aepro {

/// Keeps what is durable: orders batches per stream, groups them, hands them to its writers.
using storage_actor = caf::typed_actor<
    /// Stores a batch after the one before it, in one transaction, and answers when it is durable.
    /// Errors: deadline_exceeded, fenced, out_of_order, store_*, shutting_down.
    caf::result<settlement>(decided_batch_ptr),
    /// Writes now what waited for company.
    caf::result<void>(flush_atom),
    /// Takes a stream over: a new epoch, after which no earlier claim can write.
    caf::result<stream_claim>(claim_atom, stream_name),
    /// Answers the present reference data of subjects, in the order asked; unknown ones as negative
    /// entries.
    caf::result<subject_contexts>(subject_keys),
    /// Answers the state of every stream in the store.
    caf::result<partition_states>(partitions_atom),
    /// Answers the last claim of every stream that this node has claimed.
    caf::result<partition_states>(claims_atom),
    /// Answers its writers' work, and how far each stream is settled that this node has claimed.
    caf::result<storage_status>(status_atom),
    /// From now on tells `registry` which subjects have changed, after each commit.
    caf::result<void>(subscribe_atom, registry_actor)>;

/// One connection to the store, on a thread of its own.
using writer_actor = caf::typed_actor<
    /// Appends a group of batches in one transaction; one outcome per batch.
    caf::result<append_outcomes>(decided_group),
    /// As storage_actor's.
    caf::result<stream_claim>(claim_atom, stream_name), caf::result<subject_contexts>(subject_keys),
    caf::result<partition_states>(partitions_atom)>;

/// Decides on batches in parallel and passes each on to storage, whose answer reaches the asker.
using validation_actor = caf::typed_actor<
    /// Answers when the batch is durable. Errors: deadline_exceeded, and storage's.
    caf::result<settlement>(record_batch_ptr),
    /// The worker of that number has finished with a batch of that stream and can take another.
    caf::result<void>(done_atom, std::size_t, stream_name),
    /// From now on there are so many workers, at least one; those that go finish what they hold.
    caf::result<void>(resize_atom, std::size_t),
    /// Answers its workers' work.
    caf::result<pool_status>(status_atom)>;

/// One worker of the validation pool; holds at most two batches.
using validation_worker_actor = caf::typed_actor<caf::result<settlement>(record_batch_ptr)>;

/// Owns the Kafka consumer: makes batches, holds credits, retries in order, commits.
using ingest_actor = caf::typed_actor<
    /// Polls, and again after an interval.
    caf::result<void>(poll_atom),
    /// Polls now: something has come.
    caf::result<void>(wake_atom),
    /// Stops intake, waits for what is in flight, commits, leaves the group; answers its last
    /// status when done.
    caf::result<ingest_status>(drain_atom, caf::timespan),
    /// Answers counters and the state of each stream.
    caf::result<ingest_status>(status_atom),
    /// Takes nothing more of a stream until it is resumed; refused where the stream is not ours.
    caf::result<control_outcome>(pause_atom, stream_name),
    /// Goes on where it was paused; refused where the stream is neither paused nor ours.
    caf::result<control_outcome>(resume_atom, stream_name),
    /// Answers what it has read of what storage says is settled; streams of which it cannot tell
    /// are left out.
    caf::result<completeness_checks>(check_atom, stored_streams)>;

/// Publishes dead letters and ledger anchors of the streams that this node has claimed, out of the
/// store.
using publisher_actor = caf::typed_actor<
    /// Looks for what is to be published, publishes a part of it, and sends itself the next look.
    caf::result<void>(publish_atom),
    /// Publishes what is left, as far as that time goes; answers and ends.
    caf::result<outbound_status>(drain_atom, caf::timespan),
    /// Answers what it has published since it started.
    caf::result<outbound_status>(status_atom)>;

/// One way to tell people, on a thread of its own.
using channel_actor = caf::typed_actor<
    /// Delivers the messages; answers one outcome for each, in order, within the batch's patience.
    caf::result<channel_outcomes>(channel_batch_ptr)>;

/// Takes up the alerts of the streams that this node has claimed, and delivers what is due, whoever
/// took it up.
using notifier_actor = caf::typed_actor<
    /// Looks for what is to be told, begins a part of it, and sends itself the next look.
    caf::result<void>(publish_atom),
    /// Takes note of what is wrong with the node now.
    caf::result<void>(system_alarms),
    /// Delivers what is due, as far as that time goes; answers and ends.
    caf::result<notifier_status>(drain_atom, caf::timespan),
    /// Answers what it has done since it started.
    caf::result<notifier_status>(status_atom)>;

/// Keeps the regulatory clocks: of the streams that this node has claimed, and tells of what is
/// due, whoever's it is.
using clock_actor = caf::typed_actor<
    /// Looks for new versions of reports and for clocks that are due, and sends itself the next
    /// look.
    caf::result<void>(publish_atom),
    /// Answers what it has done since it started, and how many clocks run.
    caf::result<clock_status>(status_atom)>;

/// Compares stored forms with those of the same subject: of the streams that this node has claimed.
using review_actor = caf::typed_actor<
    /// Looks for new forms, and sends itself the next look.
    caf::result<void>(publish_atom),
    /// Answers what it has done since it started.
    caf::result<review_status>(status_atom)>;

/// Takes acknowledgements, of people by their links and of systems by a topic, with a connection to
/// the store of its own.
using acknowledge_actor = caf::typed_actor<
    /// Calls the question's `answer` once, unless its deadline has passed.
    caf::result<void>(web_question_ptr),
    /// Looks into the topic, writes what has come, and sends itself the next look.
    caf::result<void>(poll_atom),
    /// Answers what it has done since it started.
    caf::result<acknowledge_status>(status_atom)>;

/// Starts the stages in dependency order and restarts what dies, with everything that depends on
/// it.
using supervisor_actor = caf::typed_actor<
    /// Drains the stages in order; answers when all is settled and the node may stop, with what
    /// became of it.
    caf::result<drain_status>(drain_atom),
    /// As ingest_actor's.
    caf::result<ingest_status>(status_atom),
    /// Answers what the stages say of themselves, within seconds; what does not answer is named.
    caf::result<node_status>(inspect_atom),
    /// Does what a person wants, or says why not; both are recorded.
    caf::result<control_outcome>(control_command),
    /// Compares the counts of ingest and storage, and sends itself the next time.
    caf::result<void>(check_atom)>;

/// Carries questions from outside to the supervisor, and answers back.
using control_actor = caf::typed_actor<
    /// Calls the question's `answer` once, within the patience that it was made with.
    caf::result<void>(control_question_ptr)>;

} // namespace aepro
