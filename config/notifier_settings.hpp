#pragma once

/// Who is told what, and how: the sections channels, recipients and alert_rules of the settings file.

#include "messages/decision.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace aepro {

enum class channel_type : std::uint8_t { smtp, webhook, kafka, log };

/// channels.NAME
struct channel_settings {
  std::string name;
  channel_type type = channel_type::log;
  bool confidential = false;                ///< May carry what a patient wrote.
  std::chrono::milliseconds timeout{10'000}; ///< For one delivery of what waits.
  std::size_t per_minute_max = 0;           ///< Messages; 0: no limit of ours.
  std::string ca_file;                      ///< PEM of who signs the server's certificate; empty: the system's.
  bool allow_private = false;               ///< Webhooks: addresses of this machine and of its network may be called.

  // smtp
  std::string url;                          ///< smtp://HOST:PORT, smtps://HOST:PORT; webhooks: https://...
  std::string from;                         ///< NAME <ADDRESS> or ADDRESS.
  std::string user;                         ///< AUTH; empty: none.
  std::string password_file, password;      ///< Read when the settings are loaded; never shown.
  bool require_tls = true;                  ///< STARTTLS, or the delivery fails.

  // webhook
  std::string preset;                       ///< slack, wecom, pagerduty, fcm, sms; empty: `body`.
  std::string body;                         ///< Template; {{field}} is escaped as the content type wants.
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers; ///< Values may name {{secret}}.
  std::string secret_file, secret;          ///< HMAC key, and {{secret}}; never shown.

  // kafka
  std::string topic;
};

/// A person or a shared desk. recipients[]
struct recipient_settings {
  std::string name;
  std::vector<std::string> roles;           ///< For example medical-monitor.
  bool shared = false;                      ///< A desk or a room: whoever acknowledges says his name.
  std::string study, site;                  ///< Empty: all.
  std::string time_zone = "UTC";            ///< IANA name.
  int quiet_from = 0, quiet_to = 0;         ///< Minutes after midnight there; equal: never quiet. Urgent ones come anyway.
  std::map<std::string, std::string> addresses; ///< By channel.
};

/// What a rule says of one alert; empty or zero: as the general row or the default says. alert_rules.NAME
struct alert_rule_settings {
  std::string alert;                        ///< The condition's name, for example serious-adverse-event.
  std::string study, site;                  ///< Only these; the most specific row wins. Empty: all.
  std::string language = "en";              ///< Of the texts below; for people who read them.
  bool enabled = true;
  aepro::urgency urgency = urgency::routine;
  bool urgency_given = false;               ///< False: as the alert was born.
  std::vector<std::string> audience;        ///< Roles, in the order of escalation.
  std::vector<std::string> channels;        ///< In the order of escalation.
  std::string subject, text;                ///< Templates.
};

/// Deadlines by urgency. notifier.*
struct urgency_deadlines {
  std::chrono::milliseconds delivery, acknowledgement; ///< 0: nobody has to acknowledge.
};

struct notifier_rules {
  std::vector<channel_settings> channels;
  std::vector<recipient_settings> recipients;
  std::vector<alert_rule_settings> rules;

  const channel_settings* find_channel(const std::string& name) const {
    for (const auto& one : channels)
      if (one.name == name)
        return &one;
    return nullptr;
  }
};

} // namespace aepro
