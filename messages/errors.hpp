#pragma once

/// Why an operation failed. Bad data is never an error: it is a finding or a rejection.

#include <cstdint>
#include <string>

namespace aepro {

enum class errc : std::uint8_t {
  none = 0,
  deadline_exceeded,     ///< The batch's deadline passed before the work was done. Retry with a new
                         ///< one.
  fenced,                ///< Another node or a later epoch owns the stream. Give the partition up.
  out_of_order,          ///< The batch before it is not stored. Retry in order.
  store_unavailable,     ///< No connection, or it broke. Retry with backoff.
  store_busy,            ///< Lock, deadlock or serialisation failure. Retry at once.
  store_full,            ///< Disk full or read-only. Retry with backoff; a person must help.
  store_outcome_unknown, ///< The commit was sent, no answer came. Retry: the compare-and-set tells.
  store_broken,          ///< Schema, permission or damage: no retry can help. Stop.
  broker_unavailable,    ///< Retry with backoff.
  topic_missing,         ///< Retry: a person must create it.
  authorization_denied,  ///< Stop: a person must grant it.
  offset_out_of_range,   ///< The store's position is not in the topic any more. Stop: never skip.
  partition_lost,        ///< The group took the partition away.
  shutting_down,         ///< Not taken: the node drains.
  invalid_settings,      ///< Refused before anything starts.
  content_refused, ///< The store does not take what a record holds. Its writer finds the record;
                   ///< nobody retries.
};

std::string to_string(errc);

/// What follows from a failure.
enum class error_action : std::uint8_t {
  retry,             ///< The same operation may succeed later.
  give_partition_up, ///< Somebody else owns it; claimed again only if the group still says it is
                     ///< ours.
  stop_node,         ///< No retry helps: a person must.
  none,              ///< Not a failure of the operation: who asked acts on it alone.
};

std::string to_string(error_action);

/// Returns what follows from `code`.
error_action action_of(errc code);

/// Returns whether the same operation may succeed later without a person's help.
bool is_transient(errc);

} // namespace aepro
