/// aepro clocks: list, show, done, stop, reopen.

#include "apps/commands.hpp"
#include "apps/open_store.hpp"
#include "apps/person_options.hpp"

#include "actors/clocks/clock_stages.hpp"
#include "actors/clocks/clock_text.hpp"
#include "actors/notifier/notification_text.hpp"
#include "actors/publish/sdtm_mapping.hpp"
#include "actors/storage/clock_store.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace aepro {

namespace {

/// What the subcommands take; each uses some.
struct clocks_options {
  std::int64_t id = 0, after = 0;
  std::vector<std::string> states;
  std::string study, site, subject, report_id, kind, authority, due_before;
  person_options person;
  std::size_t limit = 100;
};

using store_ptr = std::unique_ptr<clock_store>;

int fail(const caf::error& reason) {
  print_error(error_text(reason));
  return exit_failed;
}

int refuse(const std::string& message) {
  print_error(message);
  return exit_usage;
}

int no_such(std::int64_t id) {
  print_error(fmt::format("there is no clock {}; `aepro clocks list` shows them", id));
  return exit_no;
}

std::string dumped(const nlohmann::ordered_json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Calls `act(store, now)` with the store of the settings, at its instant.
template <class Act>
int with_clocks(const common_options& common, Act act) {
  const auto loaded = load_settings_or_report(common);
  if (!loaded)
    return exit_failed;
  auto database = open_store_of(loaded->values);
  auto store = database ? (*database)->clocks() : caf::expected<store_ptr>{database.error()};
  if (!store)
    return fail(store.error());
  const auto now = (*store)->now();
  return now ? act(**store, *now) : fail(now.error());
}

/// Returns the filter but for what only the store knows, or what is wrong.
std::variant<clock_filter, std::string> filter_of(const clocks_options& options) {
  clock_filter filter;
  for (const auto& name : options.states) {
    const auto state = clock_state_named(name);
    if (!state)
      return fmt::format("--state {}: there are {}", name, fmt::join(clock_state_names(), ", "));
    filter.states.push_back(*state);
  }
  filter.study = options.study;
  filter.site = options.site;
  filter.subject = options.subject;
  filter.report_id = options.report_id;
  filter.kind = options.kind;
  filter.authority = options.authority;
  if (!options.due_before.empty()) {
    const auto instant = parse_instant(options.due_before);
    if (!instant)
      return fmt::format("--due-before {}: write 2026-11-29 or 2026-11-29T08:03:00Z",
                         options.due_before);
    filter.due_before = instant->unix_milliseconds();
  }
  filter.rows_max = options.limit;
  return filter;
}

/// Returns nothing where there is none.
caf::expected<std::optional<regulatory_clock>> find_clock(clock_store& store, std::int64_t id) {
  clock_filter filter;
  filter.id = id;
  const auto found = store.list(filter);
  if (!found)
    return found.error();
  return found->empty() ? std::nullopt : std::optional(found->front());
}

int print_list(const std::vector<regulatory_clock>& clocks, std::size_t limit,
               unix_milliseconds now, bool as_json) {
  if (!as_json) {
    fmt::print("{}", list_text(clocks, now));
    if (clocks.size() == limit)
      print_note(fmt::format("there may be more: --after {}", clocks.back().id));
    return exit_good;
  }
  auto all = nlohmann::ordered_json::array();
  for (const auto& one : clocks)
    all.push_back(json_of(one, now));
  print_answer(dumped(all));
  return exit_good;
}

int list(const common_options& common, const clocks_options& options) {
  auto filter = filter_of(options);
  if (const auto* wrong = std::get_if<std::string>(&filter))
    return refuse(*wrong);
  return with_clocks(common, [&](clock_store& store, unix_milliseconds now) {
    auto& wanted = std::get<clock_filter>(filter);
    wanted.now = now;
    if (options.after > 0) {
      auto last = find_clock(store, options.after);
      if (!last)
        return fail(last.error());
      if (!*last)
        return no_such(options.after);
      wanted.after = std::move(*last);
    }
    const auto clocks = store.list(wanted);
    return clocks ? print_list(*clocks, options.limit, now, common.json) : fail(clocks.error());
  });
}

int print_one(const regulatory_clock& clock, unix_milliseconds now, bool as_json) {
  if (as_json)
    print_answer(dumped(json_of(clock, now)));
  else
    fmt::print("{}", detail_text(clock, now));
  return exit_good;
}

int show(const common_options& common, const clocks_options& options) {
  return with_clocks(common, [&](clock_store& store, unix_milliseconds now) {
    const auto found = find_clock(store, options.id);
    if (!found)
      return fail(found.error());
    return *found ? print_one(**found, now, common.json) : no_such(options.id);
  });
}

int end(const common_options& common, const clocks_options& options, clock_state state) {
  return with_clocks(common, [&](clock_store& store, unix_milliseconds now) {
    const operator_action by{now, options.person.who, "", "", options.person.reason};
    const auto ended = store.end(options.id, state, by);
    if (!ended)
      return fail(ended.error());
    if (!*ended)
      return no_such(options.id);
    const auto& clock = **ended;
    if (clock.state != state || clock.ended_at != by.at || clock.ended_by != by.who) {
      print_error(fmt::format("clock {} does not run: it is {} since {}, by {}: {}", clock.id,
                              name_of(shown_state(clock, now)),
                              precise_instant_text(clock.ended_at), clock.ended_by,
                              clock.ended_reason));
      return static_cast<int>(exit_no);
    }
    return print_one(clock, now, common.json);
  });
}

int reopen(const common_options& common, const clocks_options& options) {
  return with_clocks(common, [&](clock_store& store, unix_milliseconds now) {
    const auto found = find_clock(store, options.id);
    if (!found)
      return fail(found.error());
    if (!*found)
      return no_such(options.id);
    const auto again =
        store.reopen(reopened(**found), {now, options.person.who, "", "", options.person.reason});
    if (!again)
      return fail(again.error());
    if (!*again) {
      print_error(fmt::format("clock {} is {}: only one that a person has ended can run again",
                              options.id, name_of(shown_state(**found, now))));
      return static_cast<int>(exit_no);
    }
    return print_one(**again, now, common.json);
  });
}

using options_ptr = std::shared_ptr<clocks_options>;

template <class Do>
CLI::App* add(CLI::App& clocks, command_line& line, const char* name, const char* help,
              const char* examples, Do act) {
  auto* command = clocks.add_subcommand(name, help);
  add_common_options(*command, line.common, examples, {.brokers = false, .quiet = false});
  command->callback([&line, act] { line.action = act; });
  return command;
}

void add_list(CLI::App& clocks, command_line& line, const options_ptr& options) {
  auto* listing = add(clocks, line, "list",
                      "Show what is due, and what became of it; running ones first, by their end",
                      "aepro clocks list --state running --state missed\n"
                      "aepro clocks list --study S1 --due-before 2026-12-06 --json",
                      [&line, options] { return list(line.common, *options); });
  listing->add_option(
      "--state", options->states,
      fmt::format("Only in this state, repeatable: {}", fmt::join(clock_state_names(), ", ")));
  listing->add_option("--study", options->study, "Only of this study");
  listing->add_option("--site", options->site, "Only of this site");
  listing->add_option("--subject", options->subject, "Only of this subject");
  listing->add_option("--case", options->report_id, "Only of this report")->type_name("REPORT");
  listing->add_option("--kind", options->kind, "Only of this kind, as the settings name it");
  listing->add_option("--authority", options->authority, "Only what is due to this authority");
  listing->add_option("--due-before", options->due_before, "Due before that instant (UTC)")
      ->type_name("INSTANT");
  listing->add_option("--limit", options->limit, "So many at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  listing->add_option("--after", options->after, "Only those behind this one: the next page")
      ->type_name("ID")
      ->check(find_fault_of_id);
}

} // namespace

void add_clocks_command(CLI::App& app, command_line& line) {
  auto* clocks = app.add_subcommand("clocks", "Show regulatory clocks, and say what was submitted");
  clocks->require_subcommand(1);
  auto options = std::make_shared<clocks_options>();
  add_list(*clocks, line, options);
  auto* showing = add(*clocks, line, "show", "Show one clock", "aepro clocks show 4711",
                      [&line, options] { return show(line.common, *options); });
  auto* ending =
      add(*clocks, line, "done", "Say that what was due is submitted: the clock ends",
          "aepro clocks done 4711 --by \"Dr. Wang\" --reason \"Submitted to FDA, ref 123\"",
          [&line, options] { return end(line.common, *options, clock_state::done); });
  auto* stopping =
      add(*clocks, line, "stop", "Say that nothing is due: the clock ends",
          "aepro clocks stop 4711 --by \"Dr. Wang\" --reason \"Expected by the new brochure\"",
          [&line, options] { return end(line.common, *options, clock_state::stopped); });
  auto* reopening =
      add(*clocks, line, "reopen", "Take done or stop back: the clock runs again",
          "aepro clocks reopen 4711 --by \"Dr. Wang\" --reason \"That was another case\"",
          [&line, options] { return reopen(line.common, *options); });
  for (auto* command : {showing, ending, stopping, reopening})
    command->add_option("ID", options->id, "The clock")->required()->check(find_fault_of_id);
  for (auto* command : {ending, stopping, reopening})
    add_person_options(*command, options->person);
}

} // namespace aepro
