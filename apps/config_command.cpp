/// aepro config: check, dump, explain, sample, reference.

#include "apps/commands.hpp"

#include "apps/examples_of.hpp"
#include "config/settings_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace aepro {

namespace {

std::string check_json(const std::vector<setting_problem>& problems,
                       const std::vector<example_result>& examples) {
  auto out = nlohmann::ordered_json{{"ok", problems.empty()},
                                    {"problems", nlohmann::json::array()},
                                    {"examples", nlohmann::json::array()}};
  for (const auto& one : problems)
    out["problems"].push_back(
        {{"origin", one.origin}, {"name", one.name}, {"message", one.message}});
  for (const auto& one : examples)
    out["examples"].push_back({{"place", one.place},
                               {"name", one.name},
                               {"origin", one.origin},
                               {"ok", one.failures.empty()},
                               {"failures", one.failures}});
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

int check(const common_options& options) {
  if (!require_readable_settings(options))
    return exit_failed; // What cannot be read is neither good nor bad.
  const auto result = load_checked_settings(options);
  std::vector<setting_problem> problems;
  std::vector<example_result> examples;
  if (const auto* loaded = std::get_if<loaded_settings>(&result)) {
    examples = examples_of(loaded->values);
    problems = failures_of(examples);
  } else {
    problems = std::get<std::vector<setting_problem>>(result);
  }
  const auto code = problems.empty() ? exit_good : exit_no;
  if (options.json) {
    print_answer(check_json(problems, examples));
    return code;
  }
  for (const auto& one : problems)
    print_error(to_string(one));
  if (!problems.empty())
    return code;
  for (const auto& warning : std::get<loaded_settings>(result).warnings)
    print_note(to_string(warning));
  fmt::print("{}: good{}\n", options.config_file.empty() ? "settings" : options.config_file,
             examples.empty() ? "" : fmt::format(", {} examples as expected", examples.size()));
  return code;
}

int dump(const common_options& options) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded)
    return exit_failed;
  if (options.json)
    print_answer(settings_dump_json(*loaded));
  else
    fmt::print("{}", settings_dump(*loaded));
  return exit_good;
}

int explain(const std::string& name) {
  const auto text = explain_setting(name);
  if (text.empty()) {
    const auto near = find_names_near(name);
    print_error(
        fmt::format("no setting is called {}; {}`aepro config explain` lists all", name,
                    near.empty() ? "" : fmt::format("did you mean {}? ", fmt::join(near, ", "))));
    return exit_no;
  }
  fmt::print("{}", text);
  return exit_good;
}

} // namespace

void add_config_command(CLI::App& app, command_line& line) {
  auto* config = app.add_subcommand("config", "Check, show and explain the settings");
  config->require_subcommand(1);

  auto* check_command = config->add_subcommand("check", "Find mistakes in a settings file");
  check_command->add_option("FILE", line.common.config_file, "The settings file");
  add_common_options(*check_command, line.common, "aepro config check /etc/aepro/aepro.yaml");
  check_command->callback([&line] { line.action = [&line] { return check(line.common); }; });

  auto* dump_command =
      config->add_subcommand("dump", "Show the effective values and where they come from");
  add_common_options(
      *dump_command, line.common,
      "aepro config dump --config aepro.yaml\naepro config dump --set group=night --json");
  dump_command->callback([&line] { line.action = [&line] { return dump(line.common); }; });

  auto name = std::make_shared<std::string>();
  auto* explain_command = config->add_subcommand("explain", "Say what a setting or section does");
  explain_command->add_option("NAME", *name, "A setting or section; empty: list all");
  explain_command->footer(
      "Examples:\n  aepro config explain batch.age_max\n  aepro config explain credits");
  explain_command->callback([&line, name] { line.action = [name] { return explain(*name); }; });

  config->add_subcommand("sample", "Print a settings file with every default")->callback([&line] {
    line.action = [] {
      fmt::print("{}", settings_sample());
      return exit_good;
    };
  });
  config->add_subcommand("reference", "Print docs/settings.md")->callback([&line] {
    line.action = [] {
      fmt::print("{}", settings_markdown());
      return exit_good;
    };
  });
}

} // namespace aepro
