#pragma once

/// Who is told what, and how: the sections channels, recipients and alert_rules of the settings
/// file.

#include "messages/decision.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aepro {

enum class channel_type : std::uint8_t { smtp, webhook, kafka, log };

/// channels.NAME
struct channel_settings {
  std::string name;
  channel_type type = channel_type::log;
  bool confidential = false;                 ///< May carry what a patient wrote.
  std::chrono::milliseconds timeout{10'000}; ///< For one delivery of what waits.
  std::size_t per_minute_max = 0;            ///< Messages; 0: no limit of ours.
  std::string ca_file; ///< PEM of who signs the server's certificate; empty: the system's.
  bool allow_private =
      false; ///< Webhooks: addresses of this machine and of its network may be called.

  // smtp
  std::string url;  ///< smtp://HOST:PORT, smtps://HOST:PORT; webhooks: https://...
  std::string from; ///< NAME <ADDRESS> or ADDRESS.
  std::string user; ///< AUTH; empty: none.
  std::string password_file, password; ///< Read when the settings are loaded; never shown.
  bool require_tls = true;             ///< STARTTLS, or the delivery fails.

  // webhook
  std::string preset; ///< slack, wecom, pagerduty, fcm, sms; empty: `body`.
  std::string body;   ///< Template; {{field}} is escaped as the content type wants.
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers; ///< Values may name {{secret}}.
  std::string secret_file, secret;            ///< HMAC key, and {{secret}}; never shown.

  // kafka
  std::string topic;
};

/// Days on which a recipient is told nothing, both included: days since 1970-01-01 in his time
/// zone.
struct absence {
  std::int32_t first_day = 0, last_day = 0;
};

/// A person or a shared desk. recipients[]
struct recipient_settings {
  std::string name;
  std::vector<std::string> roles; ///< For example medical-monitor.
  bool shared = false;            ///< A desk or a room: whoever acknowledges says his name.
  std::string study, site;        ///< Empty: all.
  std::string language;           ///< Which of a rule's texts; empty: the rule's own.
  std::string time_zone = "UTC";  ///< IANA name.
  int quiet_from = 0,
      quiet_to = 0; ///< Minutes after midnight there; equal: never quiet. Urgent ones come anyway.
  std::map<std::string, std::string> addresses; ///< By channel.
  std::vector<absence> away;
  std::string stand_in; ///< Name of who is told in his place; empty: whoever else has the role.
};

struct example_member;

/// A value of an example's event, as the file has it.
struct example_value {
  enum class kind_type : std::uint8_t { text, map, list };

  kind_type kind = kind_type::text;
  int line = 0;
  std::string text;
  std::vector<example_member> members; ///< Of a map.
  std::vector<example_value> items;    ///< Of a list.
};

struct example_member {
  std::string name;
  example_value value;
};

/// What is expected of a rule for one event. alert_rules.NAME.expect[]
struct alert_example {
  std::string name;
  std::string place;   ///< alert_rules.NAME.expect[N]
  std::string at;      ///< When the record was published; empty: noon of 2026-01-01 UTC.
  example_value event; ///< Protobuf's JSON mapping of aepro.v1.Event.
  std::vector<example_value> before; ///< Events that were stored before it, in this order.
  bool raises = true;                ///< False: nobody is told by this rule.
  std::optional<aepro::urgency> urgency;
  std::optional<std::vector<std::string>> tells; ///< "NAME over CHANNEL" of every step, in order.
  std::optional<std::string> subject;            ///< Of the first message, as are the next two.
  std::vector<std::string> subject_contains, text_contains;
  std::vector<std::string> text_lacks; ///< Of every message's text and subject.
};

/// Templates for people who read one language; empty: the rule's own.
/// alert_rules.NAME.texts.LANGUAGE
struct alert_texts {
  std::string subject, text;
};

/// What a rule says of one alert; empty or zero: as the general row or the default says.
/// alert_rules.NAME
struct alert_rule_settings {
  std::string alert;           ///< The condition's name, for example serious-adverse-event.
  std::string study, site;     ///< Only these; the most specific row wins. Empty: all.
  std::string language = "en"; ///< Of the texts below; for people who read them.
  bool enabled = true;
  bool enabled_given = false;
  aepro::urgency urgency = urgency::routine;
  bool urgency_given = false;                    ///< False: as the alert was born.
  std::vector<std::string> audience;             ///< Roles, in the order of escalation.
  std::vector<std::string> channels;             ///< In the order of escalation.
  std::string subject, text;                     ///< Templates.
  std::map<std::string, alert_texts> texts = {}; ///< By the recipient's language.
  std::string name = {};                         ///< Of the row; empty: as the alert.
  std::vector<alert_example> examples = {};

  const std::string& row_name() const { return name.empty() ? alert : name; }
};

/// Deadlines by urgency. notifier.*
struct urgency_deadlines {
  std::chrono::milliseconds delivery, acknowledgement; ///< 0: nobody has to acknowledge.
};

struct notifier_rules {
  std::vector<channel_settings> channels;
  std::vector<recipient_settings> recipients;
  std::vector<alert_rule_settings> rules;
  std::map<std::string, std::string> origins =
      {}; ///< "aepro.yaml:12" by place, for example channels.mail.url.

  /// Returns where a place of these sections stands, or what it is part of; empty: not known.
  std::string origin_of(std::string place) const {
    for (;;) {
      if (const auto found = origins.find(place); found != origins.end())
        return found->second;
      const auto dot = place.rfind('.');
      if (dot == std::string::npos)
        return {};
      place.resize(dot);
    }
  }

  const channel_settings* find_channel(const std::string& name) const {
    for (const auto& one : channels)
      if (one.name == name)
        return &one;
    return nullptr;
  }
};

} // namespace aepro
