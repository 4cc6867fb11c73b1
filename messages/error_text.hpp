#pragma once

/// Errors as people read them, and as ours.

#include "messages/type_ids.hpp"

#include <caf/error.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

#include <string>

namespace aepro {

/// Returns the error's own text, else its code. Works without an actor system.
inline std::string error_text(const caf::error& error) {
  if (!error)
    return "no error";
  if (error.context().size() == 1 && error.context().match_element<std::string>(0))
    return error.context().get_as<std::string>(0);
  return to_string(error);
}

/// Returns our code for `error`; failures of CAF itself count as transient.
inline errc code_of(const caf::error& error) {
  if (error.category() == caf::type_id_v<errc>)
    return static_cast<errc>(error.code());
  return error == caf::sec::request_timeout ? errc::deadline_exceeded : errc::store_unavailable;
}

/// Returns topic and partition, or the topic alone where the partition is -1.
inline std::string text_of(const stream_name& stream) {
  return stream.partition < 0 ? stream.topic
                              : stream.topic + "/" + std::to_string(stream.partition);
}

} // namespace aepro
