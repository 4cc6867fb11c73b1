#pragma once

/// Port: one way to tell people or systems. Adapters: curl_smtp_channel, curl_webhook_channel, kafka_channel, log_channel.

#include "messages/notification.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

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

/// Used by one thread at a time. Never throws; a channel that was not reached can be used again.
class channel {
public:
  virtual ~channel() = default;

  /// Sends the messages, over one connection where the protocol allows, and waits for the other side's answers, at most
  /// `patience` in all. Returns one outcome for each message, in order; what was not begun in time has failed.
  virtual std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                               std::chrono::milliseconds patience) = 0;
};

} // namespace aepro
