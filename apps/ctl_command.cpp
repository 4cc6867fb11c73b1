/// aepro ctl: tells a running node what to do, over its control socket.

#include "apps/commands.hpp"
#include "apps/control_access.hpp"

#include "actors/control/control_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aepro {

namespace {

using nlohmann::ordered_json;

/// Returns the node's error where it refused, or what shows that it did not answer.
int tell(const common_options& options, const control_command& command) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded)
    return exit_failed;
  const auto path = control_path(loaded->values);
  if (path.empty()) {
    print_error("`control.socket` is empty: nodes of these settings cannot be told anything");
    return exit_failed;
  }
  const auto reply = ask_node(loaded->values, command);
  const auto answer = ordered_json::parse(reply.text, nullptr, false);
  if (reply.reach != control_reach::answered || !answer.is_object()) {
    print_error(fmt::format(
        "no node answers at {} ({}); is it running, as this user, with the same group, instance_id "
        "and control.socket?",
        path, reply.text));
    return exit_failed;
  }
  const bool is_done = answer.value("ok", false);
  if (options.json)
    print_answer(reply.text);
  else if (is_done)
    fmt::print("{}: {}\n", control_text(command), answer.value("outcome", ""));
  if (!is_done)
    print_error(fmt::format("{}: refused: {}", control_text(command), answer.value("error", "")));
  return is_done ? exit_good : exit_no;
}

CLI::App* add_verb(CLI::App& ctl, command_line& line, const std::string& name,
                   const std::string& help, const std::string& example,
                   std::shared_ptr<control_command> command) {
  auto* verb = ctl.add_subcommand(name, help);
  add_common_options(*verb, line.common, example,
                     {.brokers = false, .store = false, .quiet = false});
  verb->callback(
      [&line, command] { line.action = [&line, command] { return tell(line.common, *command); }; });
  return verb;
}

void add_stream_verb(CLI::App& ctl, command_line& line, control_verb verb, const std::string& name,
                     const std::string& help) {
  auto command = std::make_shared<control_command>();
  command->verb = verb;
  auto* added =
      add_verb(ctl, line, name, help, "aepro ctl " + name + " aepro.adverse-events/0", command);
  added
      ->add_option_function<std::string>(
          "partition",
          [command](const std::string& text) { command->stream = *parse_stream(text); },
          "The partition")
      ->type_name("TOPIC/PARTITION")
      ->required()
      ->check([](const std::string& text) {
        return parse_stream(text) ? std::string{} : "'" + text + "' is not TOPIC/PARTITION";
      });
}

} // namespace

void add_ctl_command(CLI::App& app, command_line& line) {
  auto* ctl = app.add_subcommand("ctl", "Tell a running node what to do");
  ctl->require_subcommand(1);
  ctl->footer("Examples:\n  aepro ctl pool validation 8\n  aepro ctl drain\n"
              "Exit codes: 0 done, 1 refused (the reason is said), 2 no node answers, 64 usage.\n"
              "The node is that of the settings' group, instance_id and control.socket. It logs "
              "every command, and "
              "`aepro status` lists the last ones.");
  auto pool = std::make_shared<control_command>();
  pool->verb = control_verb::pool;
  auto* resize = add_verb(*ctl, line, "pool", "Give a pool another size; until the node stops",
                          "aepro ctl pool validation 8", pool);
  resize->add_option("name", pool->pool, "The pool: validation")->required();
  resize->add_option("size", pool->size, "How many workers")
      ->required()
      ->check(CLI::Range(std::size_t{1}, pool_size_max))
      ->check([](const std::string& text) { // 010 is eight to CLI11, and ten to people.
        const auto is_plain =
            text.find_first_not_of("0123456789") == std::string::npos && !text.starts_with('0');
        return is_plain ? std::string{} : "'" + text + "' is not a plain number";
      });
  add_stream_verb(*ctl, line, control_verb::pause, "pause",
                  "Take nothing more of a partition; what was taken is settled");
  add_stream_verb(*ctl, line, control_verb::resume, "resume", "Go on with a paused partition");
  auto drain = std::make_shared<control_command>();
  drain->verb = control_verb::drain;
  add_verb(*ctl, line, "drain", "Settle what was taken, leave the group, stop with 0: as SIGTERM",
           "aepro ctl drain", drain);
}

} // namespace aepro
