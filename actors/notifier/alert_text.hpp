#pragma once

/// What people read of an alert.

#include "actors/acknowledge/alert_link.hpp"
#include "actors/notifier/route.hpp"
#include "messages/channel_message.hpp"

#include <map>
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

/// Returns what templates may name of an alert, by its name; not the recipient, nor his link.
std::map<std::string, std::string> fields_of(const notification& what, bool is_confidential);

/// Returns whether the rule's texts, or those that stand in for them, name the field.
bool names_field(const alert_rule_settings& rule, std::string_view field);

/// Returns the idempotency key of the notification's message over that channel to that address, in
/// its present round.
std::string message_key(const notification& what, std::int32_t step, const std::string& channel,
                        const std::string& address);

/// Returns the recipient's link to acknowledge the notification, of a message made at `now`; empty
/// where there are none. Kafka's topics and the log get none: whoever reads them could acknowledge
/// in the recipient's name.
std::string link_for(const notification& what, const channel_settings* channel,
                     const route_recipient& recipient, const link_options& links,
                     unix_milliseconds now);

/// Returns the message to one recipient. What a patient wrote is in it only where the channel is
/// confidential. `channel` may be null: one that is not confidential. `link`: his own, or empty;
/// HTML has it to be clicked.
channel_message make_message(const notification& what, const alert_rule_settings& rule,
                             const channel_settings* channel, const route_recipient& recipient,
                             const std::string& link = {});

/// Returns a text as the page that mail programs show, in which `link` (may be empty) can be
/// clicked.
std::string html_of(const std::string& language, const std::string& title, const std::string& text,
                    const std::string& link = {});

/// Returns an instant as people read it: 2026-11-29T08:03:12Z; empty for one that is not known.
std::string instant_text(unix_milliseconds instant);

/// Returns "urgent" and so on.
std::string_view name_of(urgency value);

} // namespace aepro
