#include "config/notifier_document.hpp"

#include "config/example_document.hpp"
#include "config/section_reader.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace aepro {

namespace {

using problems = std::vector<setting_problem>;
using keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> sections{"channels", "recipients", "alert_rules"};

constexpr std::array<std::string_view, 17> channel_keys{
    "type", "confidential", "timeout", "per_minute_max", "ca_file",     "allow_private",
    "url",  "from",         "user",    "password_file",  "require_tls", "preset",
    "body", "content_type", "headers", "secret_file",    "topic"};
constexpr std::array<std::string_view, 11> recipient_keys{
    "name",      "roles",       "shared",    "study", "site",    "language",
    "time_zone", "quiet_hours", "addresses", "away",  "stand_in"};
constexpr std::array<std::string_view, 12> rule_keys{"alert",   "study",   "site",     "language",
                                                     "enabled", "urgency", "audience", "channels",
                                                     "subject", "text",    "texts",    "expect"};
constexpr std::array<std::string_view, 2> texts_keys{"subject", "text"};

/// Returns days since 1970-01-01 of "2026-12-20", or nothing.
std::optional<std::int32_t> day_of(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  const auto y = parse_integer(text.substr(0, 4)), m = parse_integer(text.substr(5, 2)),
             d = parse_integer(text.substr(8, 2));
  if (!y || !m || !d || *y < 1 || *m < 1 || *d < 1)
    return std::nullopt;
  const year_month_day date{year{static_cast<int>(*y)}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok())
    return std::nullopt;
  return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count());
}

/// Returns minutes after midnight of "22:00", or -1.
int minutes_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return -1;
  const auto hours = parse_integer(text.substr(0, colon)),
             minutes = parse_integer(text.substr(colon + 1));
  if (!hours || !minutes || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59)
    return -1;
  return static_cast<int>(*hours * 60 + *minutes);
}

/// Returns whether an address has user@ before its host.
bool has_user(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == url.npos)
    return false;
  const auto authority = url.substr(scheme + 3);
  return authority.substr(0, authority.find_first_of("/?#")).find('@') != url.npos;
}

class notifier_reader {
public:
  notifier_reader(const setting_sources& sources, problems& found)
      : sources_(sources), found_(found) {}

  notifier_rules read(const YAML::Node& root) {
    refuse_repeated_sections(root);
    each(root, "channels",
         [this](const YAML::Node& node, const std::string& name) { read_channel(node, name); });
    if (const auto list = root["recipients"]; list.IsDefined() && list.IsSequence())
      for (const auto& one : list)
        read_recipient(one, fmt::format("recipients[{}]", rules_.recipients.size()));
    else if (list.IsDefined() && !list.IsNull())
      found_.push_back({fmt::format("{}:{}", sources_.file_name, list.Mark().line + 1),
                        "recipients", "is a list; begin each recipient with a dash"});
    each(root, "alert_rules",
         [this](const YAML::Node& node, const std::string& name) { read_rule(node, name); });
    return std::move(rules_);
  }

private:
  template <class Read>
  void each(const YAML::Node& root, const char* section, Read read) {
    const auto map = root[section];
    if (!map.IsDefined() || map.IsNull())
      return;
    if (!map.IsMap()) {
      found_.push_back({fmt::format("{}:{}", sources_.file_name, map.Mark().line + 1), section,
                        "expected NAME: and its keys below"});
      return;
    }
    std::set<std::string> seen;
    for (const auto& entry : map) {
      const auto name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      if (seen.insert(name).second)
        read(entry.second, name);
      else
        found_.push_back({fmt::format("{}:{}", sources_.file_name, entry.first.Mark().line + 1),
                          fmt::format("{}.{}", section, name),
                          "is there twice; keep one, or give it another name"});
    }
  }

  /// What YAML lets pass: the first of two would count.
  void refuse_repeated_sections(const YAML::Node& root) {
    std::set<std::string> seen;
    for (const auto& entry : root)
      if (entry.first.IsScalar() && is_notifier_section(entry.first.Scalar()) &&
          !seen.insert(entry.first.Scalar()).second)
        found_.push_back({fmt::format("{}:{}", sources_.file_name, entry.first.Mark().line + 1),
                          entry.first.Scalar(), "is in this file twice; keep one"});
  }

  section_reader reader(const YAML::Node& node, std::string place, keys known) {
    return {node, std::move(place), known, sources_, found_, &rules_.origins};
  }

  void read_channel(const YAML::Node& node, const std::string& name) {
    static constexpr std::array types{std::pair{std::string_view("smtp"), channel_type::smtp},
                                      std::pair{std::string_view("webhook"), channel_type::webhook},
                                      std::pair{std::string_view("kafka"), channel_type::kafka},
                                      std::pair{std::string_view("log"), channel_type::log}};
    auto from = reader(node, "channels." + name, channel_keys);
    channel_settings made;
    made.name = name;
    from.choose("type", types, made.type);
    from.read("confidential", made.confidential);
    from.read("timeout", made.timeout);
    if (made.timeout < std::chrono::milliseconds{100} || made.timeout > std::chrono::minutes{10})
      from.refuse("timeout", "is out of range; 100ms to 10min is possible");
    from.read("per_minute_max", made.per_minute_max);
    from.read_path("ca_file", made.ca_file);
    from.read("allow_private", made.allow_private);
    from.read("url", made.url);
    from.read("from", made.from);
    from.read("user", made.user);
    from.read_secret_of("password_file", made.password_file, made.password);
    from.read("require_tls", made.require_tls);
    from.read("preset", made.preset);
    from.read("body", made.body);
    from.read("content_type", made.content_type);
    from.read("headers", made.headers);
    from.read_secret_of("secret_file", made.secret_file, made.secret);
    from.read("topic", made.topic);
    check_channel(from, made);
    rules_.channels.push_back(std::move(made));
  }

  static void check_channel(section_reader& from, const channel_settings& made) {
    const auto need = [&from](const std::string& value, std::string_view key,
                              std::string_view remedy) {
      if (value.empty())
        from.refuse("", fmt::format("{} is missing: {}", key, remedy));
    };
    if (has_user(made.url))
      from.refuse("url", made.type == channel_type::smtp
                             ? "holds a user: write user and password_file, which are never shown"
                             : "holds a user: write headers: {Authorization: ... {{secret}}} and "
                               "secret_file, which are never "
                               "shown");
    switch (made.type) {
      case channel_type::smtp:
        need(made.url, "url", "smtp://HOST:PORT or smtps://HOST:PORT");
        need(made.from, "from", "the sender, NAME <ADDRESS>");
        if (!made.user.empty())
          need(made.password, "password_file", "the file with the user's password");
        break;
      case channel_type::webhook:
        need(made.url, "url", "https://...");
        if (made.preset.empty())
          need(made.body, "body", "the template of what is posted, or a preset");
        break;
      case channel_type::kafka: need(made.topic, "topic", "for example aepro.alerts"); break;
      case channel_type::log: break;
    }
  }

  void read_recipient(const YAML::Node& node, const std::string& place) {
    auto from = reader(node, place, recipient_keys);
    recipient_settings made;
    from.read("name", made.name);
    from.read("roles", made.roles);
    from.read("shared", made.shared);
    from.read("study", made.study);
    from.read("site", made.site);
    from.read("language", made.language);
    from.read("time_zone", made.time_zone);
    from.read("addresses", made.addresses);
    std::string quiet;
    from.read("quiet_hours", quiet);
    if (!quiet.empty()) {
      const auto dash = quiet.find('-');
      made.quiet_from = minutes_of(trim(quiet.substr(0, dash)));
      made.quiet_to = dash == std::string::npos ? -1 : minutes_of(trim(quiet.substr(dash + 1)));
      if (made.quiet_from < 0 || made.quiet_to < 0)
        from.refuse("quiet_hours",
                    fmt::format("'{}' is not HH:MM-HH:MM, for example 22:00-07:00", quiet));
      else if (made.quiet_from == made.quiet_to)
        from.refuse(
            "quiet_hours",
            fmt::format("'{}' ends when it begins; leave it out, or name a time between", quiet));
    }
    read_absences(from, made);
    if (made.roles.empty())
      from.refuse("",
                  "roles is missing: what this recipient is told for, for example [safety-desk]");
    if (made.addresses.empty())
      from.refuse("", "addresses is missing: CHANNEL: ADDRESS for each channel");
    rules_.recipients.push_back(std::move(made));
  }

  static void read_absences(section_reader& from, recipient_settings& made) {
    std::vector<std::string> periods;
    from.read("away", periods);
    for (const auto& text : periods) {
      const auto dots = text.find("..");
      const auto first = day_of(trim(text.substr(0, dots)));
      const auto last = dots == std::string::npos ? first : day_of(trim(text.substr(dots + 2)));
      if (first && last && *first <= *last)
        made.away.push_back({*first, *last});
      else
        from.refuse("away", fmt::format("'{}' is no day or FROM..TO, for example "
                                        "2026-12-20..2027-01-06",
                                        text));
    }
    from.read("stand_in", made.stand_in);
  }

  void read_rule(const YAML::Node& node, const std::string& name) {
    auto from = reader(node, "alert_rules." + name, rule_keys);
    alert_rule_settings made;
    made.name = made.alert = name;
    from.read("alert", made.alert);
    from.read("study", made.study);
    from.read("site", made.site);
    from.read("language", made.language);
    from.read("enabled", made.enabled);
    made.enabled_given = from.has("enabled");
    if (from.has("urgency"))
      made.urgency_given = from.choose("urgency", urgency_names, made.urgency);
    from.read("audience", made.audience);
    from.read("channels", made.channels);
    from.read("subject", made.subject);
    from.read("text", made.text);
    if (from.has("texts"))
      read_texts(from, node["texts"], "alert_rules." + name + ".texts", made);
    if (from.has("expect"))
      made.examples = examples_.read(node["expect"], "alert_rules." + name + ".expect");
    rules_.rules.push_back(std::move(made));
  }

  void read_texts(section_reader& rule, const YAML::Node& node, const std::string& place,
                  alert_rule_settings& made) {
    if (!node.IsMap())
      return rule.refuse("texts",
                         "expected LANGUAGE: and below it subject and text, for example zh");
    for (const auto& entry : node) {
      const auto language = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
      auto from = reader(entry.second, place + '.' + language, texts_keys);
      auto [texts, is_new] = made.texts.try_emplace(language);
      if (!is_new)
        from.refuse("", "is there twice; keep one");
      from.read("subject", texts->second.subject);
      from.read("text", texts->second.text);
    }
  }

  const setting_sources& sources_;
  problems& found_;
  notifier_rules rules_;
  example_reader examples_{sources_, found_, rules_.origins};
};

} // namespace

bool is_notifier_section(std::string_view name) {
  return std::ranges::find(sections, name) != sections.end();
}

std::string explain_notifier_section(std::string_view name) {
  struct section {
    std::string_view name, form;
    keys known;
  };
  static constexpr section all[] = {{"channels", "NAME: and below it", channel_keys},
                                    {"recipients", "a list of", recipient_keys},
                                    {"alert_rules", "ALERT: and below it", rule_keys}};
  std::string text;
  for (const auto& one : all)
    if (name.empty() || name == one.name)
      text += fmt::format("{:42} {} {} (docs/alerts.md)\n", one.name, one.form,
                          fmt::join(one.known, ", "));
  return text;
}

notifier_rules read_notifier_rules(const setting_sources& sources, problems& found) {
  try {
    const auto root = YAML::Load(sources.file_text);
    if (root.IsMap())
      return notifier_reader(sources, found).read(root);
  } catch (const YAML::Exception&) { // load_settings() says so.
  }
  return {};
}

std::vector<setting_problem> find_notifier_problems(const notifier_rules& rules) {
  problems found;
  const auto check = [&](const std::string& place, const std::string& channel) {
    if (rules.find_channel(channel) == nullptr)
      found.push_back({rules.origin_of(place), place,
                       fmt::format("there is no channel {}; name one under channels", channel)});
  };
  std::set<std::string> roles;
  for (std::size_t i = 0; i < rules.recipients.size(); ++i) {
    roles.insert(rules.recipients[i].roles.begin(), rules.recipients[i].roles.end());
    for (const auto& [channel, address] : rules.recipients[i].addresses) {
      const auto place = fmt::format("recipients[{}].addresses", i);
      check(place, channel);
      if (const auto* known = rules.find_channel(channel); known != nullptr &&
                                                           known->type == channel_type::smtp &&
                                                           address.find('@') == std::string::npos)
        found.push_back(
            {rules.origin_of(place), place, fmt::format("'{}' is no mail address", address)});
    }
  }
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (const auto& rule : rules.rules) {
    const auto place = fmt::format("alert_rules.{}", rule.row_name());
    for (const auto& channel : rule.channels)
      check(place + ".channels", channel);
    for (const auto& role : rule.audience)
      if (!roles.contains(role))
        found.push_back({rules.origin_of(place + ".audience"), place + ".audience",
                         fmt::format("nobody among the recipients has the role {}", role)});
    if (!seen.emplace(rule.alert, rule.study, rule.site).second)
      found.push_back({rules.origin_of(place), place,
                       "there are two rules for this alert, study and site; keep one"});
  }
  if (!rules.channels.empty() && rules.recipients.empty())
    found.push_back(
        {"", "recipients",
         "there are channels but nobody to tell; add a recipient with the role safety-desk"});
  return found;
}

} // namespace aepro
