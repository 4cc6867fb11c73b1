#pragma once

/// CAF type ids and the node-local message types. Batches never leave the process.

#include "messages/alarm.hpp"
#include "messages/channel_message.hpp"
#include "messages/control.hpp"
#include "messages/decision.hpp"
#include "messages/errors.hpp"
#include "messages/status.hpp"
#include "messages/web_question.hpp"

#include <caf/all.hpp>

#include <memory>

namespace aepro {

using record_batch_ptr = std::shared_ptr<record_batch>;
using decided_batch_ptr = std::shared_ptr<decided_batch>;
using subject_keys = std::vector<subject_key>;
using subject_contexts = std::vector<subject_context_ptr>;
using partition_states = std::vector<stream_claim>;
using decided_group = std::vector<decided_batch_ptr>;
using append_outcomes = std::vector<append_outcome>;
using stored_streams = std::vector<stored_progress>;
using completeness_checks = std::vector<completeness_check>;
using channel_batch_ptr = std::shared_ptr<const channel_batch>;
using channel_outcomes = std::vector<channel_outcome>;
using control_question_ptr = std::shared_ptr<control_question>;
using web_question_ptr = std::shared_ptr<const web_question>;

struct invalidate_atom;

/// Bounded cache of subjects' reference data in front of the store; one look-up in flight per key.
using registry_actor = caf::typed_actor<
    /// Answers the reference data of subjects, in the order asked; unknown ones as negative
    /// entries.
    caf::result<subject_contexts>(subject_keys),
    /// Forgets subjects whose data has changed.
    caf::result<void>(invalidate_atom, subject_keys)>;

} // namespace aepro

CAF_BEGIN_TYPE_ID_BLOCK(aepro, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(aepro, (aepro::errc))
CAF_ADD_TYPE_ID(aepro, (aepro::record_batch_ptr))
CAF_ADD_TYPE_ID(aepro, (aepro::decided_batch_ptr))
CAF_ADD_TYPE_ID(aepro, (aepro::settlement))
CAF_ADD_TYPE_ID(aepro, (aepro::stream_name))
CAF_ADD_TYPE_ID(aepro, (aepro::stream_claim))
CAF_ADD_TYPE_ID(aepro, (aepro::subject_keys))
CAF_ADD_TYPE_ID(aepro, (aepro::subject_contexts))
CAF_ADD_TYPE_ID(aepro, (aepro::partition_states))
CAF_ADD_TYPE_ID(aepro, (aepro::decided_group))
CAF_ADD_TYPE_ID(aepro, (aepro::append_outcomes))
CAF_ADD_TYPE_ID(aepro, (aepro::ingest_status))
CAF_ADD_TYPE_ID(aepro, (aepro::registry_actor))
CAF_ADD_TYPE_ID(aepro, (aepro::outbound_status))
CAF_ADD_TYPE_ID(aepro, (aepro::drain_status))
CAF_ADD_TYPE_ID(aepro, (aepro::pool_status))
CAF_ADD_TYPE_ID(aepro, (aepro::storage_status))
CAF_ADD_TYPE_ID(aepro, (aepro::stored_streams))
CAF_ADD_TYPE_ID(aepro, (aepro::completeness_checks))
CAF_ADD_TYPE_ID(aepro, (aepro::node_status))
CAF_ADD_TYPE_ID(aepro, (aepro::control_command))
CAF_ADD_TYPE_ID(aepro, (aepro::control_outcome))
CAF_ADD_TYPE_ID(aepro, (aepro::control_question_ptr))
CAF_ADD_TYPE_ID(aepro, (aepro::channel_batch_ptr))
CAF_ADD_TYPE_ID(aepro, (aepro::channel_outcomes))
CAF_ADD_TYPE_ID(aepro, (aepro::notifier_status))
CAF_ADD_TYPE_ID(aepro, (aepro::clock_status))
CAF_ADD_TYPE_ID(aepro, (aepro::web_question_ptr))
CAF_ADD_TYPE_ID(aepro, (aepro::acknowledge_status))
CAF_ADD_TYPE_ID(aepro, (aepro::system_alarms))
CAF_ADD_TYPE_ID(aepro, (aepro::review_status))

CAF_ADD_ATOM(aepro, aepro, claim_atom)
CAF_ADD_ATOM(aepro, aepro, poll_atom)
CAF_ADD_ATOM(aepro, aepro, wake_atom)
CAF_ADD_ATOM(aepro, aepro, drain_atom)
CAF_ADD_ATOM(aepro, aepro, retry_atom)
CAF_ADD_ATOM(aepro, aepro, flush_atom)
CAF_ADD_ATOM(aepro, aepro, status_atom)
CAF_ADD_ATOM(aepro, aepro, invalidate_atom)
CAF_ADD_ATOM(aepro, aepro, partitions_atom)
CAF_ADD_ATOM(aepro, aepro, subscribe_atom)
CAF_ADD_ATOM(aepro, aepro, done_atom)
CAF_ADD_ATOM(aepro, aepro, claims_atom)
CAF_ADD_ATOM(aepro, aepro, publish_atom)
CAF_ADD_ATOM(aepro, aepro, resize_atom)
CAF_ADD_ATOM(aepro, aepro, pause_atom)
CAF_ADD_ATOM(aepro, aepro, resume_atom)
CAF_ADD_ATOM(aepro, aepro, inspect_atom)
CAF_ADD_ATOM(aepro, aepro, check_atom)

CAF_END_TYPE_ID_BLOCK(aepro)

CAF_ERROR_CODE_ENUM(aepro::errc)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::record_batch_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::decided_batch_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::settlement)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::stream_name)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::stream_claim)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::subject_keys)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::subject_contexts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::partition_states)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::decided_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::append_outcomes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::ingest_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::outbound_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::drain_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::pool_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::storage_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::stored_streams)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::completeness_checks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::node_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::control_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::control_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::control_question_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::channel_batch_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::channel_outcomes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::notifier_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::clock_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::web_question_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::acknowledge_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::system_alarms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(aepro::review_status)

namespace aepro {

bool from_string(caf::string_view text, errc& code);
bool from_integer(std::underlying_type_t<errc> value, errc& code);
template <class Inspector>
bool inspect(Inspector& inspector, errc& code) {
  return caf::default_enum_inspect(inspector, code);
}

} // namespace aepro
