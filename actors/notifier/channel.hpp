#pragma once

/// Port: one way to tell people or systems. Adapters: curl_smtp_channel, curl_webhook_channel,
/// kafka_channel, log_channel.

#include "messages/channel_message.hpp"

#include <chrono>
#include <span>
#include <vector>

namespace aepro {

/// Used by one thread at a time. Never throws; a channel that was not reached can be used again.
class channel {
public:
  virtual ~channel() = default;

  /// Sends the messages, over one connection where the protocol allows, and waits for the other
  /// side's answers, at most `patience` in all. Returns one outcome for each message, in order;
  /// what was not begun in time has failed.
  virtual std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                               std::chrono::milliseconds patience) = 0;
};

} // namespace aepro
