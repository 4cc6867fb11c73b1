#pragma once

/// A node that tells people: its store of alerts and its channels do and fail as a test says.

#include "test/support/actor_fixture.hpp"
#include "test/support/scripted_notifications.hpp"

#include <map>
#include <string>
#include <vector>

namespace aepro::test {

using namespace std::chrono_literals;

inline const stream_name reports{"aepro.adverse-events", 0};

/// The whole node with one stream that it claims, a store of alerts and two channels, mail and
/// robot.
struct notifier_fixture : actor_fixture {
  notifier_fixture() {
    broker.publish(reports, 0, "not an event");
    notes.clock = [this] {
      return begin + std::chrono::duration_cast<std::chrono::milliseconds>(
                         system.clock().now().time_since_epoch())
                         .count();
    };
    auto& own = options.notifier;
    own.open_store = [this]() -> caf::expected<std::unique_ptr<notification_store>> {
      ++notes.opens;
      return std::unique_ptr<notification_store>(
          std::make_unique<scripted_notification_store>(notes));
    };
    own.channel_opener = [this](const channel_settings& settings) {
      return [this, name = settings.name]() -> caf::expected<std::unique_ptr<channel>> {
        return std::unique_ptr<channel>(std::make_unique<scripted_channel>(sides[name]));
      };
    };
    for (const auto* name : {"mail", "robot"})
      own.rules.channels.emplace_back().name = name;
    own.rules.recipients.push_back(recipient("monitor", {"medical-monitor"}));
    own.rules.recipients.push_back(recipient("desk", {"safety-desk"}));
    own.rules.rules.emplace_back().alert = "death";
    own.rules.rules.back().audience = {"medical-monitor"};
    own.node = "node-1";
    own.escalation = {{10s, 60s}, {5min, 4h}, {1h, 0ms}, 1s, 10s};
    options.drain_max = 5s;
    own.detach = false;
  }

  static recipient_settings recipient(const std::string& name, std::vector<std::string> roles) {
    recipient_settings made;
    made.name = name;
    made.roles = std::move(roles);
    made.addresses = {{"mail", name + "@example.org"}, {"robot", name}};
    return made;
  }

  std::vector<std::string> recipients_of(const std::string& channel) {
    std::vector<std::string> all;
    for (const auto& message : sides[channel].received)
      all.push_back(message.recipient);
    return all;
  }

  void start_and_claim() {
    start();
    advance(100ms);
  }

  static constexpr unix_milliseconds begin = 1'764'417'600'000;
  scripted_notifications notes;
  std::map<std::string, scripted_channel_side> sides;
};

} // namespace aepro::test
