#include "actors/notifier/alert_text.hpp"

#include "actors/notifier/message_template.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "actors/validation/sha256.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

constexpr std::array words{
  alert_words{"serious-adverse-event", "Serious adverse event", "Review the report and decide on expedited reporting."},
  alert_words{"fatal-or-life-threatening", "Fatal or life-threatening adverse event",
              "Review the report now; a regulatory report may be due within 7 days of the sponsor's receipt."},
  alert_words{"suspected-unexpected-serious", "Suspected unexpected serious adverse reaction",
              "Assess causality and expectedness; an expedited report may be due."},
  alert_words{"serious-report-nullified", "Report of a serious adverse event nullified",
              "Confirm that the report was to be nullified, and stop what it had started."},
  alert_words{"rejected-serious-report", "Serious report that could not be stored",
              "Look at the dead letter, and ask the sender to correct and send it again."},
  alert_words{"rejected-form-with-alert", "Form with an alarming answer that could not be stored",
              "Look at the dead letter, and ask the sender to correct and send it again."},
  alert_words{"processing-failed", "Record that aepro failed to process",
              "Look at the dead letter: nobody knows yet what it would have told."},
  alert_words{"late-adverse-event", "Adverse event stored after its sender's deadline",
              "Find out what delayed it; the event itself is stored."},
  alert_words{"phq9-item-9", "PHQ-9 item 9: thoughts of self-harm", "Contact the participant as the protocol says."},
};

const alert_words& words_of(const std::string& alert) {
  static constexpr alert_words unknown{"", "", "Look at the record."};
  const auto* found = std::ranges::find(words, alert, &alert_words::alert);
  return found == words.end() ? unknown : *found;
}

using fields = std::map<std::string, std::string>;

/// A template that the settings' check would refuse stays as it is: whoever is told sees what went wrong.
std::string filled(std::string_view pattern, const fields& values) {
  const auto parsed = message_template::parse(pattern, escaping::none, alert_fields());
  const auto* good = std::get_if<message_template>(&parsed);
  return good == nullptr ? std::string(pattern) : good->fill(values);
}

fields fields_of(const notification& what, bool is_confidential) {
  const auto& said = words_of(what.rule);
  fields values{{"id", std::to_string(what.id)},
                {"key", what.key},
                {"rule", what.rule},
                {"what", said.title.empty() ? what.rule : std::string(said.title)},
                {"action", std::string(said.action)},
                {"urgency", std::string(name_of(what.urgency))},
                {"study", what.study},
                {"site", what.site},
                {"subject", what.subject},
                {"produced_at", instant_text(what.produced_at)},
                {"durable_at", instant_text(what.durable_at)},
                {"created_at", instant_text(what.created_at)},
                {"step", std::to_string(what.step + 1)}};
  if (!what.stream.topic.empty()) {
    values["topic"] = what.stream.topic;
    values["partition"] = std::to_string(what.stream.partition);
    values["offset"] = std::to_string(what.offset);
  }
  values["term"] = is_confidential ? what.term : "";
  return values;
}

constexpr std::string_view default_subject = "[aepro] {{urgency}}: {{what}}, {{study}} {{subject}}";
constexpr std::string_view default_text = "{{what}} ({{urgency}})\n\n"
                                          "Study: {{study}}\nSite: {{site}}\nSubject: {{subject}}\n"
                                          "Reported: {{produced_at}}\nRecord: {{topic}}/{{partition}}/{{offset}}\n\n"
                                          "{{action}}\n\n"
                                          "To acknowledge: aepro alerts ack {{id}} --by NAME --reason TEXT\n";

constexpr std::string_view html_page = "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\">"
                                       "<body style=\"font-family:sans-serif\"><h1 style=\"font-size:1.2em\">{}</h1>"
                                       "<div style=\"white-space:pre-wrap\">{}</div></body></html>";

} // namespace

std::span<const std::string_view> alert_fields() {
  static constexpr std::array<std::string_view, 18> names{
    "id",      "key",  "rule",  "what",      "action", "urgency",     "study",      "site",       "subject",
    "term",    "step", "topic", "partition", "offset", "produced_at", "durable_at", "created_at", "recipient"};
  return names;
}

std::span<const alert_words> known_alerts() {
  return words;
}

std::string_view name_of(urgency value) {
  switch (value) {
    case urgency::routine: return "routine";
    case urgency::urgent: return "urgent";
    case urgency::immediate: return "immediate";
  }
  return "";
}

std::string instant_text(unix_milliseconds instant) {
  if (instant <= 0)
    return {};
  const date::sys_time<std::chrono::seconds> seconds{std::chrono::seconds{instant / 1000}};
  return date::format("%FT%TZ", seconds);
}

std::string html_of(const std::string& language, const std::string& title, const std::string& text) {
  return fmt::format(html_page, escaped(language, escaping::markup), escaped(title, escaping::markup),
                     escaped(text, escaping::markup));
}

channel_message make_message(const notification& what, const alert_rule_settings& rule, const channel_settings* channel,
                             const route_recipient& recipient) {
  channel_message made;
  const auto channel_name = channel == nullptr ? std::string() : channel->name;
  made.key = to_hex(sha256{}(fmt::format("{}\n{}\n{}\n{}\n{}", what.key, what.round, what.step, channel_name,
                                         recipient.address)))
               .substr(0, 32);
  made.recipient = recipient.address;
  made.fields = fields_of(what, channel != nullptr && channel->confidential);
  made.fields["recipient"] = recipient.name;
  made.subject = escaped(filled(rule.subject.empty() ? default_subject : rule.subject, made.fields), escaping::line);
  made.text = filled(rule.text.empty() ? default_text : rule.text, made.fields);
  made.html = html_of(rule.language, made.subject, made.text);
  return made;
}

} // namespace aepro
