#pragma once

/// What people read of an alert.

#include "actors/notifier/route.hpp"
#include "messages/channel_message.hpp"

#include <span>

namespace aepro {

/// What is said of an alert where the settings have no text of their own.
struct alert_words {
  std::string_view alert;
  std::string_view title;
  std::string_view action; ///< What its reader is to do.
};

/// Returns every alert that aepro can raise, with its words.
std::span<const alert_words> known_alerts();

/// Returns what the templates of a rule may name.
std::span<const std::string_view> alert_fields();

/// Returns the message to one recipient. What a patient wrote is in it only where the channel is confidential.
/// `channel` may be null: one that is not confidential.
channel_message make_message(const notification& what, const alert_rule_settings& rule, const channel_settings* channel,
                             const route_recipient& recipient);

/// Returns a text as the page that mail programs show.
std::string html_of(const std::string& language, const std::string& title, const std::string& text);

/// Returns an instant as people read it: 2026-11-29T08:03:12Z; empty for one that is not known.
std::string instant_text(unix_milliseconds instant);

/// Returns "urgent" and so on.
std::string_view name_of(urgency value);

} // namespace aepro
