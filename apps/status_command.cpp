/// aepro status: what a running node says of itself, or what is in the store.

#include "apps/commands.hpp"
#include "apps/control_access.hpp"
#include "apps/open_store.hpp"

#include "actors/audit/store_summary.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aepro {

namespace {

/// Returns nothing where no node listens.
std::optional<int> status_of_node(const settings& values, bool as_json) {
  const auto path = control_path(values);
  if (path.empty())
    return std::nullopt;
  const auto reply = ask_node(values, {.verb = control_verb::status});
  if (reply.reach == control_reach::nobody)
    return std::nullopt;
  const auto report = nlohmann::ordered_json::parse(reply.text, nullptr, false);
  if (reply.reach == control_reach::silent || !report.is_object() || !report.value("ok", false)) {
    print_error(fmt::format("the node at {}: {}; --from-store reads the store instead", path,
                            report.is_object() ? report.value("error", reply.text) : reply.text));
    return exit_failed;
  }
  if (as_json)
    print_answer(reply.text);
  else
    fmt::print("{}", node_text(report));
  return exit_good;
}

int status(const common_options& options, bool from_store) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded)
    return exit_failed;
  if (!from_store)
    if (const auto said = status_of_node(loaded->values, options.json))
      return *said;
  auto database = open_store_of(loaded->values);
  if (!database) {
    print_error(error_text(database.error()));
    return exit_failed;
  }
  auto reader = (*database)->read();
  if (!reader) {
    print_error(error_text(reader.error()));
    return exit_failed;
  }
  const auto summary = summarize(**reader);
  if (!summary) {
    print_error(error_text(summary.error()));
    return exit_failed;
  }
  if (options.json)
    print_answer(to_json(*summary));
  else
    fmt::print("store: {}\n{}\n{}", (*database)->name(), to_text(*summary),
               publication_text(*summary));
  return exit_good;
}

} // namespace

void add_status_command(CLI::App& app, command_line& line) {
  auto* command =
      app.add_subcommand("status", "Ask the running node how it is; where none runs, show what is "
                                   "in the store: completeness, findings, scores, alerts");
  add_common_options(*command, line.common,
                     "aepro status --config aepro.yaml\naepro status --config aepro.yaml --json\n"
                     "aepro status --from-store --store sqlite:aepro.db");
  auto from_store = std::make_shared<bool>(false);
  command->add_flag("--from-store", *from_store, "Read the store, also while a node runs");
  command->callback([&line, from_store] {
    line.action = [&line, from_store] { return status(line.common, *from_store); };
  });
}

void add_migrate_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand("migrate", "Create the store's schema, or bring it to this "
                                                "program's version");
  add_common_options(*command, line.common,
                     "aepro migrate --store postgresql://owner@localhost/aepro");
  command->callback([&line] {
    line.action = [&line]() -> int {
      const auto loaded = load_settings_or_report(line.common);
      if (!loaded)
        return exit_failed;
      auto database = open_store_of(loaded->values);
      if (!database) {
        print_error(error_text(database.error()));
        return exit_failed;
      }
      if (const auto done = (*database)->migrate(); !done) {
        print_error(error_text(done.error()));
        return exit_failed;
      }
      if (line.common.json)
        print_answer(nlohmann::ordered_json{{"ok", true}, {"store", (*database)->name()}}.dump());
      else
        fmt::print("{}: the schema is up to date\n", (*database)->name());
      return exit_good;
    };
  });
}

} // namespace aepro
