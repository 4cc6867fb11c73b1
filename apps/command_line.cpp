#include "apps/command_line.hpp"

#include "actors/clocks/clock_check.hpp"
#include "actors/common/kafka_properties.hpp"
#include "actors/notifier/rule_check.hpp"
#include "actors/outbound/anchor_signature.hpp"
#include "actors/review/review_settings.hpp"
#include "config/notifier_document.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

extern char** environ;

namespace aepro {

namespace {

constexpr std::streamsize file_bytes_max = 4 << 20;

constexpr const char* unreadable_settings =
    "no readable settings file; check the path and the rights";

constexpr std::size_t said_errors_bytes_max = 4 << 10;

// Of the process: it runs one command, on one thread.
std::string said_errors;
bool answered = false;

/// Returns the file's text up to a limit that no settings file or secret reaches, or nothing.
std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return {};
  std::string text(static_cast<std::size_t>(file_bytes_max), '\0');
  file.read(text.data(), file_bytes_max);
  if (file.bad())
    return {};
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Such as that of a variable that is not set: it asks for something, and not for the default.
std::string not_empty(const std::string& text) {
  return text.empty() ? "the value is empty" : "";
}

/// Returns the name of the settings file; empty: there is none.
std::string settings_file_of(const common_options& options) {
  return options.config_file.empty() ? environment_value("AEPRO_CONFIG") : options.config_file;
}

} // namespace

void add_common_options(CLI::App& command, common_options& options, std::string_view examples,
                        common_option_choice choice) {
  command
      .add_option("--config", options.config_file, "Settings file (YAML); default $AEPRO_CONFIG")
      ->type_name("FILE")
      ->group("Common options");
  command.add_option("--set", options.assignments, "Set one setting; repeatable")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group("Common options");
  if (choice.brokers)
    command.add_option("--brokers", options.brokers, "Kafka bootstrap servers")
        ->check(not_empty)
        ->type_name("HOST:PORT,...")
        ->group("Common options");
  if (choice.store)
    command.add_option("--store", options.store, "The store")
        ->check(not_empty)
        ->type_name("sqlite:PATH|postgresql://...")
        ->group("Common options");
  if (choice.json)
    command.add_flag("--json", options.json, "Print the result as JSON")->group("Common options");
  if (choice.quiet)
    command.add_flag("--quiet", options.quiet, "No progress and no notes on stderr")
        ->group("Common options");
  std::string footer = "Examples:";
  std::istringstream lines{std::string(examples)};
  for (std::string line; std::getline(lines, line);)
    footer += "\n  " + line;
  command.footer(footer);
}

bool require_readable_settings(const common_options& options) {
  const auto name = settings_file_of(options);
  if (name.empty() || read_file(name))
    return true;
  print_error(to_string(setting_problem{name, "", unreadable_settings}));
  return false;
}

std::variant<loaded_settings, std::vector<setting_problem>>
load_checked_settings(const common_options& options) {
  setting_sources sources;
  sources.read_file = read_file;
  sources.credentials_directory = environment_value("CREDENTIALS_DIRECTORY");
  sources.file_name = settings_file_of(options);
  if (!sources.file_name.empty()) {
    auto text = read_file(sources.file_name);
    if (!text)
      return std::vector<setting_problem>{{sources.file_name, "", unreadable_settings}};
    sources.file_text = std::move(*text);
  }
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (text.starts_with("AEPRO_") && equals != std::string_view::npos &&
        !text.starts_with("AEPRO_CONFIG="))
      sources.environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  sources.assignments = options.assignments;
  if (!options.brokers.empty())
    sources.flags.emplace_back("brokers", options.brokers);
  if (!options.store.empty())
    sources.flags.emplace_back("store", options.store);
  auto result = load_settings(sources);
  if (auto* all_wrong =
          std::get_if<std::vector<setting_problem>>(&result)) { // All that is wrong comes at once.
    std::vector<setting_problem> known;
    std::ranges::move(check_alert_settings(read_notifier_rules(sources, known)),
                      std::back_inserter(*all_wrong));
  } else if (const auto* loaded = std::get_if<loaded_settings>(&result)) {
    auto problems = check_kafka_properties(*loaded);
    std::ranges::move(check_alert_settings(loaded->values.alerts), std::back_inserter(problems));
    std::ranges::move(check_clock_settings(loaded->values), std::back_inserter(problems));
    std::ranges::move(check_scales(loaded->values), std::back_inserter(problems));
    if (const auto& key = loaded->values.anchors.key; !key.empty()) {
      const auto signer = anchor_signer::from_pem(key);
      if (const auto* wrong = std::get_if<std::string>(&signer))
        problems.push_back(
            {"", "anchors.key_file", loaded->values.anchors.key_file + " " + *wrong});
    }
    for (auto& problem : problems)
      if (const auto origin = loaded->origins.find(problem.name);
          problem.origin.empty() && origin != loaded->origins.end())
        problem.origin = origin->second;
    if (!problems.empty())
      return problems;
  }
  return result;
}

std::optional<loaded_settings> load_settings_or_report(const common_options& options) {
  auto result = load_checked_settings(options);
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&result)) {
    for (const auto& problem : *problems)
      print_error(to_string(problem));
    return {};
  }
  auto& loaded = std::get<loaded_settings>(result);
  if (!options.quiet)
    for (const auto& warning : loaded.warnings)
      print_note(to_string(warning));
  return std::move(loaded);
}

void say(std::string_view text) {
  [[maybe_unused]] const auto written = std::fwrite(text.data(), 1, text.size(), stderr);
}

void print_error(std::string_view message) {
  say(fmt::format("aepro: {}\n", message));
  if (said_errors.size() < said_errors_bytes_max) // Of a thousand bad rows the first ones do.
    said_errors += (said_errors.empty() ? "" : "; ") + std::string(message);
}

void print_note(std::string_view message) {
  say(fmt::format("aepro: note: {}\n", message));
}

void print_answer(std::string_view json) {
  fmt::print("{}\n", json);
  answered = true;
}

void print_failure_json() {
  using nlohmann::ordered_json;
  if (!answered)
    print_answer(ordered_json{{"ok", false}, {"error", said_errors}}.dump(
        -1, ' ', false, ordered_json::error_handler_t::replace));
}

bool require_brokers(const settings& values) {
  if (values.brokers.empty())
    print_error("no Kafka brokers given; say --brokers HOST:PORT,... or set `brokers` in the "
                "settings file");
  return !values.brokers.empty();
}

} // namespace aepro
