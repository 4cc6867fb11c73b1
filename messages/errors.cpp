#include "messages/errors.hpp"

namespace aepro {

std::string to_string(errc code) {
  switch (code) {
    case errc::none: return "none";
    case errc::deadline_exceeded: return "deadline_exceeded";
    case errc::fenced: return "fenced";
    case errc::out_of_order: return "out_of_order";
    case errc::store_unavailable: return "store_unavailable";
    case errc::store_busy: return "store_busy";
    case errc::store_full: return "store_full";
    case errc::store_outcome_unknown: return "store_outcome_unknown";
    case errc::store_broken: return "store_broken";
    case errc::broker_unavailable: return "broker_unavailable";
    case errc::topic_missing: return "topic_missing";
    case errc::authorization_denied: return "authorization_denied";
    case errc::offset_out_of_range: return "offset_out_of_range";
    case errc::partition_lost: return "partition_lost";
    case errc::shutting_down: return "shutting_down";
    case errc::invalid_settings: return "invalid_settings";
    case errc::content_refused: return "content_refused";
  }
  return "unknown";
}

std::string to_string(error_action action) {
  switch (action) {
    case error_action::retry: return "retry";
    case error_action::give_partition_up: return "give the partition up";
    case error_action::stop_node: return "stop the node";
    case error_action::none: return "none";
  }
  return "unknown";
}

error_action action_of(errc code) {
  switch (code) {
    case errc::deadline_exceeded:
    case errc::out_of_order:
    case errc::store_unavailable:
    case errc::store_busy:
    case errc::store_full:
    case errc::store_outcome_unknown:
    case errc::broker_unavailable:
    case errc::topic_missing: return error_action::retry;
    case errc::fenced:
    case errc::partition_lost: return error_action::give_partition_up;
    case errc::store_broken:
    case errc::authorization_denied:
    case errc::offset_out_of_range:
    case errc::invalid_settings: return error_action::stop_node;
    case errc::none:
    case errc::shutting_down:
    case errc::content_refused: return error_action::none;
  }
  return error_action::stop_node;
}

bool is_transient(errc code) {
  return action_of(code) == error_action::retry;
}

} // namespace aepro
