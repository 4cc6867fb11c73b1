#pragma once

/// What one try of a notification's present step sends.

#include "actors/acknowledge/alert_link.hpp"
#include "actors/notifier/escalation.hpp"
#include "actors/notifier/route.hpp"
#include "messages/channel_message.hpp"
#include "messages/notification.hpp"

#include <memory>
#include <span>

namespace aepro {

struct planned_delivery {
  notification what; ///< With the step that is tried.
  std::int64_t lease = 0;
  unix_milliseconds at = 0; ///< The store's clock when it was leased.
  std::size_t steps = 0;    ///< Of its route.
  std::string channel;      ///< Empty: nothing is to be sent; `what` is as it is to be written.
  std::size_t refused_before = 0; ///< Those that will never take it.
  std::size_t reached_before = 0; ///< Recipients of the step that earlier tries have reached.
  unix_milliseconds quiet_until =
      0; ///< When the first of its others may be disturbed; 0: there are none.
  std::vector<channel_message> messages;
  /// Those that a digest tells of, each with its recipients and keys in the order of `messages`;
  /// null: it is no digest.
  std::shared_ptr<const std::vector<planned_delivery>> digest = nullptr;
};

/// Returns what a leased notification needs at `now`: messages to those of its step that were not
/// reached yet; or, without messages, the notification as it follows from silence, from a missing
/// route or from quiet hours. Each recipient gets a link of his own, where there are links.
planned_delivery plan_delivery(const leased_notification& leased, const notifier_rules& rules,
                               const std::string& fallback_role, unix_milliseconds now,
                               const link_options& links = {});

/// Returns the attempts that the outcomes of a delivery's messages are, one each.
std::vector<delivery_attempt> attempts_of(const planned_delivery& delivery,
                                          std::span<const channel_outcome> outcomes,
                                          const std::string& node, unix_milliseconds now);

/// Returns the notification after the try. Those of the step whose quiet hours end later are told
/// then.
notification after_delivery(const planned_delivery& delivery,
                            std::span<const channel_outcome> outcomes,
                            const escalation_options& options, unix_milliseconds now,
                            std::uint64_t random);

/// How leased_notification::reached and the messages' keys name a recipient of a channel.
std::string reached_name(const std::string& channel, const std::string& recipient);

} // namespace aepro
