#include "actors/notifier/alert_text.hpp"

#include "actors/notifier/message_template.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "actors/validation/sha256.hpp"
#include "config/value_text.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

constexpr std::array words{
    alert_words{"serious-adverse-event", "Serious adverse event",
                "Review the report and decide on expedited reporting."},
    alert_words{"fatal-or-life-threatening", "Fatal or life-threatening adverse event",
                "Review the report now; a regulatory report may be due within 7 days of the "
                "sponsor's receipt."},
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
    alert_words{"delayed-adverse-event", "Adverse event that took aepro too long to store",
                "Look at what slowed the node or the store down; the event itself is stored."},
    alert_words{"conflicting-report", "Two reports under one id that differ",
                "Find out which of them is true: both are stored, the first one counts."},
    alert_words{"score-threshold", "Score beyond its threshold",
                "Look at the form, and act as the protocol says."},
    alert_words{"store-unreachable", "The store does not answer a node",
                "Look at the database: until it answers nothing is stored, and no alert is born."},
    alert_words{"brokers-unreachable", "A node does not reach the brokers",
                "Look at the brokers and at the node's log: it takes nothing in."},
    alert_words{"partition-stuck", "Records that do not become durable in time",
                "Run `aepro status` on that node: it says who holds them."},
    alert_words{"completeness-broken", "Counts of read and stored records differ",
                "Stop the node, and run `aepro verify`."},
    alert_words{"stage-down", "A stage of a node does not run",
                "Look at the node's log, and restart it."},
    alert_words{"channel-failing", "A channel delivers nothing",
                "Look at what it leads to: the mail server, the network, its settings. Others are "
                "tried meanwhile."},
    alert_words{"workers-hang", "Workers of a node hang", "Restart the node to get them back."},
    alert_words{"audit-chain-broken", "The store is not what its evidence says",
                "Keep the store as it is, and run `aepro verify`."},
    alert_words{"phq9-item-9", "PHQ-9 item 9: thoughts of self-harm",
                "Contact the participant as the protocol says."},
    alert_words{"pro-ctcae-severe", "PRO-CTCAE: severe symptom",
                "Look at the form's grades, and act as the protocol says."},
    alert_words{"pro-ctcae-worsening", "PRO-CTCAE: symptom that has worsened",
                "Look at the form's grades, and act as the protocol says."},
    alert_words{"score-change", "Score that has changed beyond its limit",
                "Look at the form, and act as the protocol says."},
    alert_words{"regulatory-clock-due", "A regulatory report is due soon",
                "Submit what is due in time."},
    alert_words{"regulatory-clock-missed", "A regulatory report is overdue",
                "Submit it now, and write down why it is late."},
};

const alert_words& words_of(const std::string& alert) {
  static constexpr alert_words unknown{"", "", "Look at the record."};
  const auto* found = std::ranges::find(words, alert, &alert_words::alert);
  return found == words.end() ? unknown : *found;
}

using fields = std::map<std::string, std::string>;

constexpr std::string_view history_label = "History: ";

/// A template that the settings' check would refuse stays as it is: whoever is told sees what went
/// wrong.
std::string filled(std::string_view pattern, const fields& values) {
  const auto parsed = message_template::parse(pattern, escaping::none, alert_fields());
  const auto* good = std::get_if<message_template>(&parsed);
  return good == nullptr ? std::string(pattern) : good->fill(values);
}

constexpr std::string_view default_subject = "[aepro] {{urgency}}: {{what}}, {{study}} {{subject}}";
constexpr std::string_view default_text =
    "{{what}} ({{urgency}})\n\n"
    "Study: {{study}}\nSite: {{site}}\nSubject: {{subject}}\n"
    "Reported: {{produced_at}}\nRecord: {{topic}}/{{partition}}/{{offset}}\n\n"
    "{{action}}\n\n"
    "To acknowledge: ";
constexpr std::string_view text_with_detail =
    "{{what}} ({{urgency}})\n\n{{detail}}\n\n"
    "Study: {{study}}\nSite: {{site}}\nSubject: {{subject}}\nRecord: "
    "{{topic}}/{{partition}}/{{offset}}\n\n"
    "{{action}}\n\nTo acknowledge: ";
constexpr std::string_view alarm_subject = "[aepro] {{urgency}}: {{what}}";
constexpr std::string_view alarm_text =
    "{{what}} ({{urgency}})\n\n{{detail}}\n\n{{action}}\n\nTo acknowledge: ";
constexpr std::string_view by_command = "aepro alerts ack {{id}} --by NAME --reason TEXT\n";
constexpr std::string_view by_link = "{{link}}\n";
/// An alarm that is told while the store is away has no number yet.
constexpr std::string_view when_stored =
    "as soon as the store answers; `aepro alerts list --rule {{rule}}` shows it then\n";

bool is_alarm(const notification& what) {
  return what.study.empty() && what.stream.topic.empty();
}

std::string_view usual_text(const notification& what) {
  return is_alarm(what) ? alarm_text : what.detail.empty() ? default_text : text_with_detail;
}

std::string_view subject_of(const alert_rule_settings& rule, const notification& what) {
  if (!rule.subject.empty())
    return rule.subject;
  return is_alarm(what) ? alarm_subject : default_subject;
}

std::string text_of(const alert_rule_settings& rule, std::string_view usual, std::string_view how) {
  return rule.text.empty() ? std::string(usual).append(how) : rule.text;
}

/// Whatever texts a rule has: people must see what is of the past.
std::string labelled(std::string text, const notification& what) {
  const bool is_labelled = !is_history(what) || text.find(history_label) != text.npos;
  return is_labelled ? text : std::string(history_label) + text;
}

/// What was named once as text is there to be clicked as well.
std::string with_anchors(std::string html, const std::string& link) {
  const auto address = escaped(link, escaping::markup);
  const auto anchor = fmt::format("<a href=\"{0}\">{0}</a>", address);
  for (auto at = html.find(address); !address.empty() && at != html.npos;
       at = html.find(address, at + anchor.size()))
    html.replace(at, address.size(), anchor);
  return html;
}

constexpr std::string_view html_page =
    "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\">"
    "<body style=\"font-family:sans-serif\"><h1 style=\"font-size:1.2em\">{}</h1>"
    "<div style=\"white-space:pre-wrap\">{}</div></body></html>";

} // namespace

std::span<const std::string_view> alert_fields() {
  static constexpr std::array<std::string_view, 20> names{
      "id",          "key",        "rule",       "what",      "action", "urgency",   "study",
      "site",        "subject",    "term",       "step",      "topic",  "partition", "offset",
      "produced_at", "durable_at", "created_at", "recipient", "detail", "link"};
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

std::map<std::string, std::string> fields_of(const notification& what, bool is_confidential) {
  const auto& said = words_of(what.rule);
  const std::string label(is_history(what) ? history_label : "");
  fields values{{"id", std::to_string(what.id)},
                {"key", what.key},
                {"rule", what.rule},
                {"what", label + (said.title.empty() ? what.rule : std::string(said.title))},
                {"action", std::string(said.action)},
                {"urgency", std::string(name_of(what.urgency))},
                {"study", escaped(what.study, escaping::line)},
                {"site", escaped(what.site, escaping::line)},
                {"subject", escaped(what.subject, escaping::line)},
                {"produced_at", instant_text(what.produced_at)},
                {"durable_at", instant_text(what.durable_at)},
                {"created_at", instant_text(what.created_at)},
                {"step", std::to_string(what.step + 1)}};
  if (!what.stream.topic.empty()) {
    values["topic"] = what.stream.topic;
    values["partition"] = std::to_string(what.stream.partition);
    values["offset"] = std::to_string(what.offset);
  }
  values["detail"] = what.detail;
  values["term"] = is_confidential ? what.term : "";
  return values;
}

bool names_field(const alert_rule_settings& rule, std::string_view field) {
  const auto pattern = (rule.subject.empty() ? std::string(default_subject) : rule.subject) +
                       text_of(rule, default_text, by_link);
  for (auto at = pattern.find("{{"); at != pattern.npos; at = pattern.find("{{", at + 2))
    if (trim(std::string_view(pattern).substr(at + 2, pattern.find("}}", at) - at - 2)) == field)
      return true;
  return false;
}

std::string message_key(const notification& what, std::int32_t step, const std::string& channel,
                        const std::string& address) {
  return to_hex(sha256{}(fmt::format("{}\n{}\n{}\n{}\n{}", what.key, what.round, step, channel,
                                     address)))
      .substr(0, 32);
}

std::string link_for(const notification& what, const channel_settings* channel,
                     const route_recipient& recipient, const link_options& links,
                     unix_milliseconds now) {
  if (what.id == 0 || channel == nullptr ||
      (channel->type != channel_type::smtp && channel->type != channel_type::webhook))
    return {};
  const auto expires_at = now + links.valid_for.count();
  return link_text(link_to(what, recipient.name, channel->name, recipient.shared, expires_at),
                   links);
}

std::string html_of(const std::string& language, const std::string& title, const std::string& text,
                    const std::string& link) {
  return fmt::format(html_page, escaped(language, escaping::markup),
                     escaped(title, escaping::markup),
                     with_anchors(escaped(text, escaping::markup), link));
}

/// The rule with the texts that a recipient reads.
alert_rule_settings in_language(alert_rule_settings rule, const std::string& language) {
  const auto own = rule.texts.find(language);
  if (own == rule.texts.end())
    return rule;
  rule.language = language;
  if (!own->second.subject.empty())
    rule.subject = own->second.subject;
  if (!own->second.text.empty())
    rule.text = own->second.text;
  return rule;
}

channel_message make_message(const notification& what, const alert_rule_settings& general,
                             const channel_settings* channel, const route_recipient& recipient,
                             const std::string& link) {
  const auto rule = in_language(general, recipient.language);
  channel_message made;
  made.key = message_key(what, what.step, channel == nullptr ? std::string() : channel->name,
                         recipient.address);
  made.recipient = recipient.address;
  made.fields = fields_of(what, channel != nullptr && channel->confidential);
  made.fields["recipient"] = recipient.name;
  if (!link.empty())
    made.fields["link"] = link;
  const auto how = !link.empty() ? by_link : what.id == 0 ? when_stored : by_command;
  made.subject =
      escaped(labelled(filled(subject_of(rule, what), made.fields), what), escaping::line);
  made.text = labelled(filled(text_of(rule, usual_text(what), how), made.fields), what);
  made.html = html_of(rule.language, made.subject, made.text, link);
  return made;
}

} // namespace aepro
