#pragma once

/// Channels under test, each with the other side at hand.

#include "actors/notifier/channel.hpp"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace aepro::test {

enum class channel_kind { smtp, webhook, kafka, log };
std::ostream& operator<<(std::ostream& out, channel_kind kind);

/// What came out at the other side.
struct received_message {
  std::string key, subject, text;
};

class channel_under_test {
public:
  virtual ~channel_under_test() = default;

  channel& it() { return *channel_; }
  virtual std::string recipient() const { return "monitor@site.example"; }

  /// Returns what arrived, in the order of arrival, once there are `count`.
  virtual std::vector<received_message> received(std::size_t count) = 0;

  /// The other side goes away, and comes back where it was. Before the first delivery with Kafka,
  /// whose broker is shared: it is our way to it that breaks.
  virtual void kill() = 0;
  virtual void revive() = 0;

  /// Returns how many connections there were; 0: nobody counts them. The channel is gone
  /// afterwards.
  virtual std::size_t connections() { return 0; }

protected:
  std::unique_ptr<channel> channel_;
};

/// Returns null, and says so on stderr, where the other side is not installed.
std::unique_ptr<channel_under_test> make_channel_under_test(channel_kind kind);

} // namespace aepro::test
