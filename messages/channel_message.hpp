#pragma once

/// What a channel is given, and what it answers.

#include "messages/notification.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aepro {

/// A file that goes with a message.
struct message_attachment {
  std::string name; ///< Letters, digits, dots and dashes.
  std::string type; ///< For example "text/csv; charset=utf-8".
  std::string bytes;
};

/// One message to one recipient.
struct channel_message {
  std::string
      key; ///< Idempotency key: the same in every try, so that the receiver can see a repetition.
  std::string recipient; ///< Address in the channel's own form: mail address, phone number, routing
                         ///< key. May be empty.
  std::string
      subject;      ///< One line; may hold any Unicode, and what a patient wrote: adapters escape.
  std::string text; ///< Plain text, lines end with \n.
  std::string html; ///< May be empty.
  /// What templates may name, and systems read: id, rule, urgency, study, site, subject, link, ...;
  /// not escaped.
  std::map<std::string, std::string> fields;
  std::shared_ptr<const message_attachment> attachment =
      nullptr; ///< May be null. Only mail carries it.
};

/// What became of one message.
struct channel_outcome {
  attempt_result result = attempt_result::failed;
  std::string receipt; ///< What the other side calls it.
  std::string detail;  ///< What it said, one line of 500 bytes at most; no secrets.
  std::chrono::milliseconds retry_after{0}; ///< The other side's own wish; 0: none.
};

/// What one channel is to deliver in one go.
struct channel_batch {
  std::vector<channel_message> messages;
  std::chrono::milliseconds patience{0}; ///< In all.
};

} // namespace aepro
