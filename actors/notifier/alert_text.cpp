#include "actors/notifier/alert_text.hpp"

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

/// Control characters would end a header or a line of a log.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; }, ' ');
  return text;
}

using fields = std::map<std::string, std::string>;

/// Each name is looked up once: what a field holds is not read as a template.
std::string filled(std::string_view pattern, const fields& values) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find("{{");
    const auto close = open == std::string_view::npos ? open : pattern.find("}}", open);
    if (close == std::string_view::npos)
      break;
    out += pattern.substr(0, open);
    if (const auto found = values.find(std::string(pattern.substr(open + 2, close - open - 2))); found != values.end())
      out += found->second;
    pattern.remove_prefix(close + 2);
  }
  return out += pattern;
}

fields fields_of(const notification& what, bool is_confidential) {
  const auto& said = words_of(what.rule);
  fields values{{"id", std::to_string(what.id)},
                {"key", what.key},
                {"rule", what.rule},
                {"title", said.title.empty() ? what.rule : std::string(said.title)},
                {"action", std::string(said.action)},
                {"urgency", std::string(name_of(what.urgency))},
                {"study", what.study},
                {"site", what.site},
                {"subject", what.subject},
                {"produced", instant_text(what.produced_at)},
                {"durable", instant_text(what.durable_at)},
                {"step", std::to_string(what.step + 1)},
                {"record", what.stream.topic.empty()
                             ? std::string()
                             : fmt::format("{}/{}/{}", what.stream.topic, what.stream.partition, what.offset)}};
  values["term"] = is_confidential ? what.term : "";
  return values;
}

constexpr std::string_view default_subject = "[aepro] {{urgency}}: {{title}}, {{study}} {{subject}}";
constexpr std::string_view default_text = "{{title}} ({{urgency}})\n\n"
                                          "Study: {{study}}\nSite: {{site}}\nSubject: {{subject}}\n"
                                          "Reported: {{produced}}\nRecord: {{record}}\n\n"
                                          "{{action}}\n\n"
                                          "To acknowledge: aepro alerts ack {{id}} --by NAME --reason TEXT\n";

} // namespace

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

channel_message make_message(const notification& what, const alert_rule_settings& rule, const channel_settings* channel,
                             const route_recipient& recipient) {
  channel_message made;
  const auto channel_name = channel == nullptr ? std::string() : channel->name;
  made.key = to_hex(sha256{}(fmt::format("{}\n{}\n{}\n{}", what.key, what.step, channel_name, recipient.address)))
               .substr(0, 32);
  made.recipient = recipient.address;
  made.fields = fields_of(what, channel != nullptr && channel->confidential);
  made.fields["recipient"] = recipient.name;
  made.subject = one_line(filled(rule.subject.empty() ? default_subject : rule.subject, made.fields));
  made.text = filled(rule.text.empty() ? default_text : rule.text, made.fields);
  return made;
}

} // namespace aepro
