#include "actors/notifier/notification_text.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/message_template.hpp"

#include <date/date.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

constexpr std::array<std::string_view, 8> names{"waiting", "sent",      "closed",   "acknowledged",
                                                "muted",   "exhausted", "withheld", "repeated"};

nlohmann::ordered_json instant_or_null(unix_milliseconds instant) {
  if (instant <= 0)
    return nullptr;
  return precise_instant_text(instant);
}

std::string record_text(const notification& what) {
  return what.stream.topic.empty()
             ? std::string()
             : fmt::format("{}/{}/{}", what.stream.topic, what.stream.partition, what.offset);
}

/// Control characters of a record must not reach a terminal.
std::string plain(const std::string& text) {
  return escaped(text, escaping::line);
}

std::string last_attempt_text(const shown_notification& shown) {
  if (shown.attempts.empty())
    return shown.what.ended_reason;
  const auto& last = shown.attempts.back();
  return fmt::format("{} {} {}", last.channel, last.recipient, name_of(last.result));
}

} // namespace

std::span<const std::string_view> state_names() {
  return names;
}

std::optional<notification_state> state_named(std::string_view name) {
  const auto* found = std::ranges::find(names, name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<notification_state>(found - names.begin() + 1);
}

std::string precise_instant_text(unix_milliseconds instant) {
  if (instant <= 0)
    return {};
  return date::format(
      "%FT%TZ", date::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{instant}});
}

nlohmann::ordered_json json_of(const shown_notification& shown) {
  const auto& what = shown.what;
  auto attempts = nlohmann::ordered_json::array();
  for (const auto& one : shown.attempts)
    attempts.push_back({{"step", one.step},
                        {"channel", one.channel},
                        {"recipient", one.recipient},
                        {"instant", precise_instant_text(one.at)},
                        {"node", one.node},
                        {"result", name_of(one.result)},
                        {"receipt", one.receipt},
                        {"detail", one.detail}});
  return {{"id", what.id},
          {"key", what.key},
          {"rule", what.rule},
          {"urgency", name_of(what.urgency)},
          {"state", name_of(what.state)},
          {"study", what.study},
          {"site", what.site},
          {"subject", what.subject},
          {"record", record_text(what)},
          {"produced", instant_or_null(what.produced_at)},
          {"durable", instant_or_null(what.durable_at)},
          {"created", instant_or_null(what.created_at)},
          {"detail", what.detail},
          {"step", what.step},
          {"next", what.ended_at > 0 ? nlohmann::ordered_json() : instant_or_null(what.next_at)},
          {"ended", instant_or_null(what.ended_at)},
          {"ended_by", what.ended_by},
          {"reason", what.ended_reason},
          {"attempts", std::move(attempts)}};
}

std::string list_text(std::span<const shown_notification> shown) {
  if (shown.empty())
    return "no alerts\n";
  auto text = fmt::format("{:>8}  {:20}  {:9}  {:12}  {:30}  {:12} {:16}  {}\n", "id", "created",
                          "urgency", "state", "rule", "study", "subject", "last");
  for (const auto& one : shown) {
    const auto& what = one.what;
    text += fmt::format("{:>8}  {:20}  {:9}  {:12}  {:30}  {:12} {:16}  {}\n", what.id,
                        instant_text(what.created_at), name_of(what.urgency), name_of(what.state),
                        what.rule, plain(what.study), plain(what.subject),
                        plain(last_attempt_text(one)));
  }
  return text;
}

std::string detail_text(const shown_notification& shown) {
  const auto& what = shown.what;
  auto text = fmt::format("alert {}: {} ({}), {}\n", what.id, what.rule, name_of(what.urgency),
                          name_of(what.state));
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (!value.empty())
      text += fmt::format("  {:12} {}\n", name, plain(value));
  };
  line("study", what.study);
  line("site", what.site);
  line("subject", what.subject);
  line("record", record_text(what));
  line("detail", what.detail);
  line("produced", precise_instant_text(what.produced_at));
  line("durable", precise_instant_text(what.durable_at));
  line("taken up", precise_instant_text(what.created_at));
  line("key", what.key);
  if (what.ended_at > 0)
    line(name_of(what.state), fmt::format("{} by {}: {}", precise_instant_text(what.ended_at),
                                          what.ended_by, what.ended_reason));
  else
    line("next", fmt::format("step {} at {}", what.step + 1, precise_instant_text(what.next_at)));
  for (const auto& one : shown.attempts)
    text += "  " +
            plain(fmt::format("{} step {} {} {}: {} {}{}", precise_instant_text(one.at),
                              one.step + 1, one.channel, one.recipient, name_of(one.result),
                              one.receipt, one.detail.empty() ? "" : " (" + one.detail + ")")) +
            "\n";
  return text;
}

} // namespace aepro
