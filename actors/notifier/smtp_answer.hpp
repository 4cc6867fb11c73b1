#pragma once

/// What a mail server's answers say of a message (RFC 5321, section 4.2). Pure.

#include "messages/channel_message.hpp"

#include <string>
#include <string_view>

namespace aepro {

/// How far one delivery came.
struct smtp_session {
  bool taken = false; ///< All of it went well.
  bool is_open =
      false;    ///< The server has greeted us, and taken our name and password where it wants them.
  int code = 0; ///< Of the last answer; 0: there was none.
  std::string last_line; ///< Of the last answer, its code included.
  std::string trouble;   ///< What the transfer failed with, where it did.
};

/// Returns the outcome: taken is delivered, with what the server calls the message as receipt; 5xx
/// in an open session is refused, but for those that ask for another login; all else has failed and
/// may work later.
channel_outcome outcome_of(const smtp_session& session);

} // namespace aepro
