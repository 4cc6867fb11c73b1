#pragma once

/// What a channel is given, and what it answers.

#include "messages/notification.hpp"

#include <chrono>
#include <map>
#include <string>

namespace aepro {

/// One message to one recipient.
struct channel_message {
  std::string key;       ///< Idempotency key: the same in every try, so that the receiver can see a repetition.
  std::string recipient; ///< Address in the channel's own form: mail address, phone number, routing key. May be empty.
  std::string subject;   ///< One line; may hold any Unicode, and what a patient wrote: adapters escape.
  std::string text;      ///< Plain text, lines end with \n.
  std::string html;      ///< May be empty.
  /// What templates may name, and systems read: id, rule, urgency, study, site, subject, link, ...; not escaped.
  std::map<std::string, std::string> fields;
};

/// What became of one message.
struct channel_outcome {
  attempt_result result = attempt_result::failed;
  std::string receipt;                       ///< What the other side calls it.
  std::string detail;                        ///< What it said, one line of 500 bytes at most; no secrets.
  std::chrono::milliseconds retry_after{0};  ///< The other side's own wish; 0: none.
};

} // namespace aepro
