/// aepro status: what is in the store.

#include "apps/commands.hpp"
#include "apps/open_store.hpp"

#include "actors/audit/store_summary.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aepro {

namespace {

int status(const common_options& options) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded)
    return exit_failed;
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
    fmt::print("{}\n{}", to_text(*summary), publication_text(*summary));
  return exit_good;
}

} // namespace

void add_status_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand("status", "Show what is in the store: completeness, "
                                               "findings, scores, alerts");
  add_common_options(*command, line.common,
                     "aepro status --store sqlite:aepro.db\naepro status --config aepro.yaml "
                     "--json");
  command->callback([&line] { line.action = [&line] { return status(line.common); }; });
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
