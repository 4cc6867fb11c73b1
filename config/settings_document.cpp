#include "config/settings_document.hpp"

#include "config/clock_document.hpp"
#include "config/notifier_document.hpp"
#include "config/setting_assignment.hpp"
#include "config/settings_table.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace aepro {

namespace {

std::string_view type_name(setting_type type) {
  switch (type) {
    case setting_type::text: return "text";
    case setting_type::count: return "number";
    case setting_type::integer: return "number";
    case setting_type::bytes: return "size";
    case setting_type::duration: return "duration";
    case setting_type::flag: return "true or false";
    case setting_type::choice: return "choice";
    case setting_type::list: return "list";
    case setting_type::file: return "file";
  }
  return {};
}

std::string range_text(const setting_row& row) {
  if (row.type == setting_type::choice) {
    std::string choices(row.choices);
    for (std::size_t at = 0; (at = choices.find('|', at)) != std::string::npos; at += 2)
      choices.replace(at, 1, ", ");
    return choices;
  }
  if (row.maximum == 0)
    return {};
  settings bounds;
  const auto show = [&](std::int64_t value) {
    set_value(bounds, row,
              row.type == setting_type::duration ? fmt::format("{}ms", value)
                                                 : std::to_string(value));
    return get_value(bounds, row);
  };
  return fmt::format("{} to {}", show(row.minimum), show(row.maximum));
}

std::string type_text(const setting_row& row) {
  const auto range = range_text(row);
  std::string text(type_name(row.type));
  if (!row.unit.empty())
    text += fmt::format(" ({})", row.unit);
  return range.empty() ? text : text + ", " + range;
}

std::string_view section_of(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

/// Returns a YAML scalar: quoted where YAML would read something else.
std::string yaml_text(std::string_view value) {
  const bool plain = !value.empty() && std::ranges::all_of(value, [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) ||
           std::string_view("._-/").find(letter) != std::string_view::npos;
  }) && value.front() != '-';
  return plain ? std::string(value) : nlohmann::json(value).dump();
}

std::string wrapped(std::string_view text, std::string_view prefix) {
  std::string out;
  while (!text.empty()) {
    auto end = text.size();
    const auto width = 98 - prefix.size();
    if (end > width) {
      const auto space = text.rfind(' ', width);
      end = space == std::string_view::npos ? text.size() : space;
    }
    out += fmt::format("{}{}\n", prefix, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

} // namespace

std::string settings_markdown() {
  std::string out = "# Settings\n\n"
                    "Made from the table in `config/settings_table.cpp` by `aepro config "
                    "reference`; do not edit.\n\n"
                    "A value comes from, weakest first: the default, the YAML file of `--config "
                    "FILE`, the environment\n"
                    "(`batch.records_max` is `AEPRO_BATCH_RECORDS_MAX`), `--set NAME=VALUE` and "
                    "the flags `--brokers`, `--store`.\n"
                    "In the file a dot is a level: `batch: {records_max: 5000}` and "
                    "`batch.records_max: 5000` say the same.\n"
                    "Durations have a unit (`5ms`, `30s`, `10min`, `1h`, `2d`), sizes may have one "
                    "(`4096`, `64KiB`, `16MiB`).\n"
                    "`aepro config check FILE` finds mistakes, `config dump` shows what counts and "
                    "where it came from,\n"
                    "`config explain NAME` says what a setting does.\n";
  std::string_view section = "none yet";
  for (const auto& row : settings_table()) {
    if (section_of(row.name) != section) {
      section = section_of(row.name);
      out += fmt::format("\n## {}\n\n| setting | type, range | default | what, and what raising it "
                         "does |\n|---|---|---|---|\n",
                         section.empty() ? "General" : section);
    }
    out += fmt::format("| `{}` | {} | {} | {}{}{} |\n", row.name, type_text(row),
                       row.default_value.empty() ? "empty" : fmt::format("`{}`", row.default_value),
                       row.help, row.raising.empty() ? "" : " Raising it: ", row.raising);
  }
  out += "\n## kafka\n\nEvery property of librdkafka may stand under `kafka:` and is checked "
         "against librdkafka itself.\n"
         "aepro starts from these:\n\n| property | value | why |\n|---|---|---|\n";
  for (const auto& row : kafka_defaults())
    out += fmt::format("| `kafka.{}` | `{}` | {} |\n", row.property, row.value, row.why);
  out += "\nThese are refused:\n\n| property | instead |\n|---|---|\n";
  for (const auto& row : kafka_reserved())
    out += fmt::format("| `kafka.{}` | {} |\n", row.property, row.remedy);
  out += "\n## Secrets\n\nSecrets come from files: `storage.password_file`, "
         "`kafka.sasl.password_file`,\n"
         "`kafka.ssl.key.password_file`, `kafka.ssl.keystore.password_file`, "
         "`kafka.ssl.key.pem_file`,\n"
         "`kafka.sasl.oauthbearer.client.secret_file`. A relative name is looked up in "
         "`$CREDENTIALS_DIRECTORY`\n"
         "(systemd, `LoadCredential=`), then beside the settings file. Without a file the "
         "environment counts\n"
         "(`AEPRO_STORAGE_PASSWORD`, `AEPRO_KAFKA_SASL_PASSWORD`). Secrets never stand in the "
         "settings file, in\n"
         "arguments, in `config dump` or in a log.\n";
  return out;
}

constexpr std::string_view alerts_sample = R"yaml(
## Who is told what, and how (docs/alerts.md).
#channels:
#  mail: {type: smtp, url: "smtp://mail.example.org:587", from: "aepro <aepro@example.org>"}
#recipients:
#  - {name: Dr. Wang, roles: [medical-monitor], study: ABC-1, addresses: {mail: wang@example.org}}
#  - {name: Safety desk, roles: [safety-desk], addresses: {mail: safety@example.org}}
#alert_rules:
#  fatal-or-life-threatening:
#    audience: [medical-monitor, safety-desk]
##   `aepro config check` runs each example through what a node does with a record, and fails where another thing comes.
#    expect:
#      - name: a death
#        event: {study: ABC-1, site: "01", subject: "001", adverse_event: {report_id: R1, aeterm: STROKE, aesdth: Y}}
#        urgency: immediate
#        tells: [Dr. Wang over mail, Safety desk over mail]
#        subject_contains: [ABC-1]
#        text_lacks: [STROKE]
#      - name: a headache tells nobody
#        event: {study: ABC-1, site: "01", subject: "001", adverse_event: {report_id: R2, aeterm: HEADACHE, aeser: N}}
#        raises: false
)yaml";

std::string settings_sample() {
  std::string out = "## Settings of aepro, with their defaults. Made by `aepro config sample`; "
                    "docs/settings.md says more.\n"
                    "## Take away the # before a line (and before its section) to change it; "
                    "`aepro config check FILE` checks.\n";
  std::string_view section;
  for (const auto& row : settings_table()) {
    const auto own = section_of(row.name);
    if (own != section && !own.empty())
      out += fmt::format("\n#{}:\n", own);
    section = own;
    const auto indent = own.empty() ? "" : "  ";
    out += wrapped(fmt::format("{} ({})", row.help, type_text(row)), fmt::format("##{} ", indent));
    out +=
        fmt::format("#{}{}: {}\n", indent, own.empty() ? row.name : row.name.substr(own.size() + 1),
                    yaml_text(row.default_value));
  }
  out += "\n## Properties of librdkafka; secrets as *_file.\n#kafka:\n";
  for (const auto& row : kafka_defaults())
    out +=
        fmt::format("{}#  {}: {}\n", wrapped(row.why, "##   "), row.property, yaml_text(row.value));
  out += alerts_sample;
  return out;
}

namespace {

struct dumped_value {
  std::string name, value, origin;
};

std::vector<dumped_value> dumped_values(const loaded_settings& loaded) {
  std::vector<dumped_value> values;
  const auto origin = [&](const std::string& name) {
    const auto found = loaded.origins.find(name);
    return found == loaded.origins.end() ? std::string("default") : found->second;
  };
  for (const auto& row : settings_table())
    values.push_back(
        {std::string(row.name), get_value(loaded.values, row), origin(std::string(row.name))});
  for (const auto& [property, value] : loaded.values.kafka)
    values.push_back({"kafka." + property, value, origin("kafka." + property)});
  return values;
}

} // namespace

std::string settings_dump(const loaded_settings& loaded) {
  std::string out;
  for (const auto& one : dumped_values(loaded))
    out += fmt::format("{}: {} # {}\n", one.name, yaml_text(one.value), one.origin);
  for (const auto& [property, secret] : loaded.values.kafka_secrets)
    out += fmt::format("# kafka.{}: not shown\n", property);
  if (!loaded.values.storage.password.empty())
    out += "# storage.password: not shown\n";
  return out;
}

std::string settings_dump_json(const loaded_settings& loaded) {
  auto out = nlohmann::ordered_json::object();
  for (const auto& one : dumped_values(loaded))
    out[one.name] = {{"value", one.value}, {"origin", one.origin}};
  return out.dump(2);
}

std::vector<std::string> find_names_near(std::string_view name) {
  constexpr std::size_t names_max = 5;
  std::vector<std::string_view> names, last_parts;
  for (const auto& row : settings_table())
    names.push_back(row.name);
  for (const auto& row : settings_table())
    names.push_back(section_of(row.name));
  std::vector<std::string> near;
  if (const auto nearest = nearest_name(name, names))
    near.emplace_back(*nearest);
  const auto last_part = [](std::string_view full) { return full.substr(full.rfind('.') + 1); };
  for (const auto& row : settings_table())
    last_parts.push_back(last_part(row.name));
  const auto meant = nearest_name(last_part(name), last_parts);
  for (const auto& row : settings_table()) {
    const bool is_near = row.name.starts_with(name) || last_part(row.name).starts_with(name) ||
                         (meant && last_part(row.name) == *meant);
    if (is_near && near.size() < names_max && std::ranges::find(near, row.name) == near.end())
      near.emplace_back(row.name);
  }
  return near;
}

std::string explain_setting(std::string_view name) {
  std::string out;
  if (const auto* row = find_setting(name)) {
    out = fmt::format("{}: {}\n", row->name, type_text(*row)) + wrapped(row->help, "  ");
    if (!row->raising.empty())
      out += wrapped("Raising it: " + std::string(row->raising), "  ");
    return out + fmt::format("  Default: {}\n  Environment: {}\n",
                             row->default_value.empty() ? "empty" : row->default_value,
                             environment_name(row->name));
  }
  const std::string prefix = name.empty() ? "" : std::string(name) + ".";
  for (const auto& row : settings_table())
    if (row.name.starts_with(prefix))
      out += fmt::format("{:42} {}\n", row.name, row.help);
  for (const auto& row : kafka_defaults()) {
    const auto full = fmt::format("kafka.{}", row.property);
    if (full == name || full.starts_with(prefix))
      out += fmt::format("{:42} default {}. {}\n", full, row.value, row.why);
  }
  for (const auto& row : kafka_reserved())
    if (const auto full = fmt::format("kafka.{}", row.property); full == name)
      out += fmt::format("{}: aepro sets it itself; {}.\n", full, row.remedy);
  out += explain_notifier_section(name) + explain_clock_section(name);
  if (out.empty() && name.starts_with("kafka.") && name.size() > 6)
    out = fmt::format("{}: goes to librdkafka as it is (CONFIGURATION.md there); `aepro config "
                      "check` says what it refuses.\n",
                      name);
  return out;
}

} // namespace aepro
