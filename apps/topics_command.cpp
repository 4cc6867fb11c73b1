/// aepro topics: create, list.

#include "apps/commands.hpp"

#include "actors/publish/kafka_topics.hpp"
#include "messages/error_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aepro {

namespace {

using namespace std::chrono_literals;
constexpr auto patience = 15s;

int report(const caf::error& error) {
  print_error(error_text(error));
  return exit_failed;
}

int create(const common_options& options) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded || !require_brokers(loaded->values))
    return exit_failed;
  const auto& topics = loaded->values.topics;
  const auto created = create_topics(loaded->values, topic_names(loaded->values), patience);
  if (!created)
    return report(created.error());
  auto list = nlohmann::ordered_json::array();
  for (const auto& topic : *created) {
    list.push_back({{"topic", topic.name}, {"created", topic.created}});
    if (!options.json)
      fmt::print("{}: {}\n", topic.name,
                 topic.created ? fmt::format("created with {} partitions", topics.partitions)
                               : "was there, unchanged");
  }
  if (options.json)
    print_answer(list.dump(2));
  return exit_good;
}

int list(const common_options& options) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded || !require_brokers(loaded->values))
    return exit_failed;
  const auto states = list_topics(loaded->values, topic_names(loaded->values), patience);
  if (!states)
    return report(states.error());
  auto out = nlohmann::ordered_json::array();
  for (const auto& state : *states) {
    out.push_back({{"topic", state.name},
                   {"exists", state.exists},
                   {"partitions", state.partitions},
                   {"replication", state.replication}});
    if (!options.json)
      fmt::print("{:40} {}\n", state.name,
                 state.exists ? fmt::format("{} partitions, {} replicas", state.partitions,
                                            state.replication)
                              : "missing");
  }
  if (options.json)
    print_answer(out.dump(2));
  return std::ranges::all_of(*states, &topic_state::exists) ? exit_good : exit_no;
}

} // namespace

void add_topics_command(CLI::App& app, command_line& line) {
  auto* topics = app.add_subcommand("topics", "Create and list the topics of the settings");
  topics->require_subcommand(1);
  auto* create_command = topics->add_subcommand("create", "Create the topics that are missing");
  add_common_options(
      *create_command, line.common,
      "aepro topics create --brokers kafka:9093\n"
      "aepro topics create --brokers localhost:9092 --set kafka.security.protocol=plaintext "
      "--set topics.partitions=12",
      {.store = false});
  create_command->callback([&line] { line.action = [&line] { return create(line.common); }; });
  auto* list_command =
      topics->add_subcommand("list", "Show which topics exist; exit code 1 if one is missing");
  add_common_options(*list_command, line.common, "aepro topics list --config aepro.yaml --json",
                     {.store = false});
  list_command->callback([&line] { line.action = [&line] { return list(line.common); }; });
}

} // namespace aepro
