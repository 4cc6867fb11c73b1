#include "actors/notifier/digest_text.hpp"

#include "actors/notifier/alert_table.hpp"
#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "actors/validation/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace aepro {

namespace {

constexpr std::size_t rows_shown = 20;
constexpr std::size_t sites_shown = 20;
constexpr std::string_view file_name = "alerts.csv";

using members_view = std::span<const planned_delivery>;

std::string plain(std::string_view text) {
  return escaped(text, escaping::line);
}

/// Whatever order they come in.
std::string key_of(members_view members, std::size_t recipient) {
  std::vector<std::string_view> keys;
  for (const auto& one : members)
    keys.push_back(one.messages.at(recipient).key);
  std::ranges::sort(keys);
  std::string bytes("digest");
  for (const auto key : keys)
    bytes.append("\n").append(key);
  return to_hex(sha256{}(bytes)).substr(0, 32);
}

std::string span_text(members_view members) {
  unix_milliseconds first = 0, last = 0;
  for (const auto& one : members)
    if (const auto at = one.what.produced_at; at > 0) {
      first = first == 0 ? at : std::min(first, at);
      last = std::max(last, at);
    }
  const auto from = instant_text(first), to = instant_text(last);
  return from == to ? from : fmt::format("{} to {}", from, to);
}

/// The sites with the most come first.
std::string sites_text(members_view members) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& one : members)
    ++counts[one.what.site];
  std::vector<std::pair<std::string_view, std::size_t>> sites(counts.begin(), counts.end());
  std::ranges::stable_sort(
      sites, [](const auto& left, const auto& right) { return left.second > right.second; });
  std::string text;
  std::size_t others = 0;
  for (std::size_t i = 0; i < sites.size(); ++i)
    if (i < sites_shown)
      text += fmt::format("{}{}: {}", i == 0 ? "" : ", ",
                          sites[i].first.empty() ? "none" : plain(sites[i].first), sites[i].second);
    else
      others += sites[i].second;
  return others == 0 ? text
                     : fmt::format("{}, {} others: {}", text, sites.size() - sites_shown, others);
}

std::string rows_text(members_view members) {
  std::string text;
  for (const auto& one : members.first(std::min(rows_shown, members.size())))
    text += fmt::format("{}  {}  site {}  subject {}  {}{}{}\n", one.what.id,
                        instant_text(one.what.produced_at), plain(one.what.site),
                        plain(one.what.subject), plain(record_text(one.what)),
                        one.what.detail.empty() ? "" : "  ", plain(one.what.detail));
  return text;
}

/// Somebody may paste it.
std::string quoted_for_shell(const std::string& text) {
  std::string out = "'";
  for (const char letter : text)
    letter == '\'' ? void(out += "'\\''") : out.push_back(letter);
  return out + "'";
}

std::string where_the_others_are(std::size_t count, bool has_file) {
  if (has_file)
    return fmt::format("All of them are in the attached {}. These are the first:", file_name);
  return count > rows_shown ? fmt::format("The first {}:", rows_shown) : "These are they:";
}

std::string text_of(members_view members, const std::map<std::string, std::string>& fields,
                    bool has_file) {
  const auto field = [&fields](const char* name) { return plain(fields.at(name)); };
  return fmt::format("{} alerts: {} ({})\n\nStudy: {}\nReported: {}\nSites: {}\n\n{}\n\n{}\n\n{}\n"
                     "To see them: aepro alerts list --rule {}{}{}\n",
                     members.size(), field("what"), field("urgency"), field("study"),
                     span_text(members), sites_text(members), field("action"),
                     where_the_others_are(members.size(), has_file), rows_text(members),
                     field("rule"), field("study").empty() ? "" : " --study ",
                     field("study").empty() ? "" : quoted_for_shell(field("study")));
}

/// What is true of one of them only is left out.
std::map<std::string, std::string> common_fields(std::map<std::string, std::string> fields) {
  for (const auto* one : {"id", "site", "subject", "term", "topic", "partition", "offset",
                          "produced_at", "durable_at", "created_at", "detail", "link"})
    fields[one].clear();
  return fields;
}

} // namespace

channel_message digest_message(members_view members, std::size_t recipient,
                               const channel_settings& channel) {
  const auto& first = members.front().messages.at(recipient);
  const bool has_file = channel.type == channel_type::smtp;
  channel_message made;
  made.key = key_of(members, recipient);
  made.recipient = first.recipient;
  made.fields = common_fields(fields_of(members.front().what, false));
  made.fields["recipient"] = first.fields.at("recipient");
  made.fields["key"] = made.key;
  made.subject = plain(fmt::format("[aepro] {}: {} alerts: {}, {}", made.fields["urgency"],
                                   members.size(), made.fields["what"], made.fields["study"]));
  made.text = text_of(members, made.fields, has_file);
  made.html = html_of("en", made.subject, made.text);
  if (has_file)
    made.attachment = std::make_shared<const message_attachment>(message_attachment{
        std::string(file_name), "text/csv; charset=utf-8", alert_table(members, recipient)});
  return made;
}

} // namespace aepro
