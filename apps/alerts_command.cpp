/// aepro alerts: list, show, ack, retry, mute, unmute, mutes, actions, test.

#include "apps/channel_trial.hpp"
#include "apps/commands.hpp"
#include "apps/open_store.hpp"
#include "apps/person_options.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/notifier/notification_text.hpp"
#include "actors/publish/sdtm_mapping.hpp"
#include "actors/storage/notification_store.hpp"
#include "config/value_text.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace aepro {

namespace {

/// What the subcommands take; each uses some.
struct alerts_options {
  std::int64_t id = 0;
  std::vector<std::string> states;
  std::string rule, study, site, subject, since, until, lasting, channel, address;
  person_options person;
  std::int64_t before = 0;
  std::size_t limit = 100;
};

using store_ptr = std::unique_ptr<notification_store>;

/// Prints why it cannot be opened.
store_ptr open_notifications_of(const common_options& options) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded)
    return nullptr;
  auto database = open_store_of(loaded->values);
  auto opened = database ? (*database)->notify() : caf::expected<store_ptr>{database.error()};
  if (!opened) {
    print_error(error_text(opened.error()));
    return nullptr;
  }
  return std::move(*opened);
}

int fail(const caf::error& reason) {
  print_error(error_text(reason));
  return exit_failed;
}

int refuse(const std::string& message) {
  print_error(message);
  return exit_usage;
}

std::variant<notification_filter, std::string> filter_of(const alerts_options& options) {
  notification_filter filter;
  for (const auto& name : options.states) {
    const auto state = state_named(name);
    if (!state)
      return fmt::format("--state {}: there are {}", name, fmt::join(state_names(), ", "));
    filter.states.push_back(*state);
  }
  filter.rule = options.rule;
  filter.study = options.study;
  filter.site = options.site;
  filter.subject = options.subject;
  for (const auto& [text, place, name] :
       {std::tuple(options.since, &filter.created_since, "--since"),
        std::tuple(options.until, &filter.created_until, "--until")}) {
    if (text.empty())
      continue;
    const auto instant = parse_instant(text);
    if (!instant)
      return fmt::format("{} {}: write 2026-11-29 or 2026-11-29T08:03:00Z", name, text);
    *place = instant->unix_milliseconds();
  }
  filter.before_id = options.before;
  filter.rows_max = options.limit;
  return filter;
}

int list(const common_options& common, const alerts_options& options) {
  const auto filter = filter_of(options);
  if (const auto* wrong = std::get_if<std::string>(&filter))
    return refuse(*wrong);
  const auto store = open_notifications_of(common);
  if (!store)
    return exit_failed;
  const auto shown = store->list(std::get<notification_filter>(filter));
  if (!shown)
    return fail(shown.error());
  if (!common.json) {
    fmt::print("{}", list_text(*shown));
    if (shown->size() == options.limit && !shown->empty())
      print_note(fmt::format("there may be more: --before {}", shown->back().what.id));
    return exit_good;
  }
  auto all = nlohmann::ordered_json::array();
  for (const auto& one : *shown)
    all.push_back(json_of(one));
  print_answer(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return exit_good;
}

int no_such(std::int64_t id) {
  print_error(fmt::format("there is no alert {}; `aepro alerts list` shows them", id));
  return exit_no;
}

int print_one(notification_store& store, std::int64_t id, bool as_json) {
  notification_filter filter;
  filter.id = id;
  const auto shown = store.list(filter);
  if (!shown)
    return fail(shown.error());
  if (shown->empty())
    return no_such(id);
  if (as_json)
    print_answer(
        json_of(shown->front()).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    fmt::print("{}", detail_text(shown->front()));
  return exit_good;
}

int show(const common_options& common, const alerts_options& options) {
  const auto store = open_notifications_of(common);
  return store ? print_one(*store, options.id, common.json) : exit_failed;
}

/// Calls `act(store, action)` with what the person does, at the store's instant.
template <class Act>
int as_person(const common_options& common, const alerts_options& options, std::string action,
              Act act) {
  const auto store = open_notifications_of(common);
  if (!store)
    return exit_failed;
  const auto now = store->now();
  if (!now)
    return fail(now.error());
  return act(*store, operator_action{*now, options.person.who, std::move(action),
                                     std::to_string(options.id), options.person.reason});
}

int change(const common_options& common, const alerts_options& options, bool is_retry) {
  return as_person(common, options, is_retry ? "retry" : "acknowledge",
                   [&](notification_store& store, const operator_action& by) {
                     const auto now =
                         is_retry ? store.retry(options.id, by) : store.acknowledge(options.id, by);
                     if (!now)
                       return fail(now.error());
                     if (!*now)
                       return no_such(options.id);
                     if (!is_retry && (*now)->ended_at != by.at)
                       print_note(fmt::format("alert {} was acknowledged before, by {}", options.id,
                                              (*now)->ended_by));
                     return print_one(store, options.id, common.json);
                   });
}

/// A mute of a name that is mistyped would mute nothing, and nobody would notice.
std::string find_fault_of_rule(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& known : known_alerts())
    names.push_back(known.alert);
  if (name.empty() || std::ranges::find(names, name) != names.end())
    return {};
  const auto nearest = nearest_name(name, names);
  return nearest ? fmt::format("{}: there is no such alert; did you mean {}?", name, *nearest)
                 : fmt::format("{}: there is no such alert; there are {}", name,
                               fmt::join(names, ", "));
}

int mute(const common_options& common, const alerts_options& options) {
  const auto lasting = parse_duration(options.lasting);
  constexpr std::chrono::hours longest{24 * 31};
  if (!lasting || *lasting < std::chrono::minutes{1} || *lasting > longest)
    return refuse(fmt::format("--for {}: a duration from 1min to 31d, for example 2h or 1d",
                              options.lasting));
  if (auto wrong = find_fault_of_rule(options.rule); !wrong.empty())
    return refuse("--rule " + wrong);
  if (options.rule.empty() && options.study.empty() && options.site.empty() &&
      options.subject.empty())
    return refuse("a mute names --rule, --study, --site or --subject: nobody mutes everything");
  return as_person(common, options, "mute", [&](notification_store& store, operator_action by) {
    const notification_mute made{0,
                                 options.rule,
                                 options.study,
                                 options.site,
                                 options.subject,
                                 by.at,
                                 by.at + lasting->count(),
                                 by.who,
                                 by.reason};
    by.target = fmt::format("rule={} study={} site={} subject={} until={}", made.rule, made.study,
                            made.site, made.subject, precise_instant_text(made.until));
    const auto id = store.mute(made, by);
    if (!id)
      return fail(id.error());
    if (common.json)
      print_answer(
          nlohmann::ordered_json{{"mute", *id}, {"until", precise_instant_text(made.until)}}
              .dump());
    else
      fmt::print("mute {} until {}; `aepro alerts unmute {}` ends it\n", *id,
                 precise_instant_text(made.until), *id);
    return static_cast<int>(exit_good);
  });
}

int unmute(const common_options& common, const alerts_options& options) {
  return as_person(
      common, options, "unmute", [&](notification_store& store, const operator_action& by) {
        const auto done = store.unmute(options.id, by);
        if (!done)
          return fail(done.error());
        if (!*done) {
          print_error(
              fmt::format("there is no mute {} that has not ended; `aepro alerts mutes` shows them",
                          options.id));
          return static_cast<int>(exit_no);
        }
        if (common.json)
          print_answer(nlohmann::ordered_json{{"ok", true}}.dump());
        else
          fmt::print("mute {} has ended\n", options.id);
        return static_cast<int>(exit_good);
      });
}

int mutes(const common_options& common) {
  const auto store = open_notifications_of(common);
  if (!store)
    return exit_failed;
  const auto now = store->now();
  const auto all =
      now ? store->mutes(*now) : caf::expected<std::vector<notification_mute>>{now.error()};
  if (!all)
    return fail(all.error());
  auto out = nlohmann::ordered_json::array();
  for (const auto& one : *all) {
    if (!common.json)
      fmt::print("{}\n",
                 escaped(fmt::format("{}: rule={} study={} site={} subject={} until {} by {}: {}",
                                     one.id, one.rule, one.study, one.site, one.subject,
                                     precise_instant_text(one.until), one.who, one.reason),
                         escaping::line));
    out.push_back({{"id", one.id},
                   {"rule", one.rule},
                   {"study", one.study},
                   {"site", one.site},
                   {"subject", one.subject},
                   {"until", precise_instant_text(one.until)},
                   {"by", one.who},
                   {"reason", one.reason}});
  }
  if (common.json)
    print_answer(out.dump(2));
  else if (all->empty())
    fmt::print("nothing is muted\n");
  return exit_good;
}

int actions(const common_options& common, const alerts_options& options) {
  const auto store = open_notifications_of(common);
  if (!store)
    return exit_failed;
  const auto all = store->actions(options.limit);
  if (!all)
    return fail(all.error());
  auto out = nlohmann::ordered_json::array();
  for (const auto& one : *all) {
    if (!common.json)
      fmt::print("{}\n", escaped(fmt::format("{} {} {} {}: {}", precise_instant_text(one.at),
                                             one.who, one.action, one.target, one.reason),
                                 escaping::line));
    out.push_back({{"instant", precise_instant_text(one.at)},
                   {"who", one.who},
                   {"action", one.action},
                   {"target", one.target},
                   {"reason", one.reason}});
  }
  if (common.json)
    print_answer(out.dump(2));
  return exit_good;
}

using options_ptr = std::shared_ptr<alerts_options>;

void add_filter(CLI::App& command, alerts_options& options) {
  command.add_option("--rule", options.rule, "Only of this rule");
  command.add_option("--study", options.study, "Only of this study");
  command.add_option("--site", options.site, "Only of this site");
  command.add_option("--subject", options.subject, "Only of this subject");
}

template <class Do>
CLI::App* add(CLI::App& alerts, command_line& line, const char* name, const char* help,
              const char* examples, Do act) {
  auto* command = alerts.add_subcommand(name, help);
  add_common_options(*command, line.common, examples, {.brokers = false, .quiet = false});
  command->callback([&line, act] { line.action = act; });
  return command;
}

void add_changes(CLI::App& alerts, command_line& line, const options_ptr& options) {
  auto* acknowledge = add(alerts, line, "ack", "Acknowledge an alert: nobody else is told",
                          "aepro alerts ack 4711 --by \"Dr. Wang\" --reason \"Called the site\"",
                          [&line, options] { return change(line.common, *options, false); });
  auto* again = add(alerts, line, "retry", "Send an alert again, from its first step on",
                    "aepro alerts retry 4711 --by ops --reason \"Mail server is back\"",
                    [&line, options] { return change(line.common, *options, true); });
  auto* muting = add(
      alerts, line, "mute",
      "Tell nobody of new alerts of a rule, study, site or subject for a while",
      "aepro alerts mute --rule phq9-item-9 --study TEST --for 2h --by ops --reason \"Training\"",
      [&line, options] { return mute(line.common, *options); });
  auto* unmuting = add(alerts, line, "unmute", "End a mute",
                       "aepro alerts unmute 3 --by ops --reason \"Training is over\"",
                       [&line, options] { return unmute(line.common, *options); });
  for (auto* command : {acknowledge, again, unmuting})
    command->add_option("ID", options->id, command == unmuting ? "The mute" : "The alert")
        ->required()
        ->check(find_fault_of_id);
  add_filter(*muting, *options);
  muting->add_option("--for", options->lasting, "How long, 31 days at most")
      ->required()
      ->type_name("DURATION");
  for (auto* command : {acknowledge, again, muting, unmuting})
    add_person_options(*command, options->person);
}

} // namespace

void add_alerts_command(CLI::App& app, command_line& line) {
  auto* alerts = app.add_subcommand("alerts", "Show, acknowledge, repeat and mute alerts");
  alerts->require_subcommand(1);
  auto options = std::make_shared<alerts_options>();
  auto* listing = add(*alerts, line, "list", "Show alerts, newest first, with their attempts",
                      "aepro alerts list --state waiting --state exhausted\n"
                      "aepro alerts list --study S1 --since 2026-11-29 --json",
                      [&line, options] { return list(line.common, *options); });
  add_filter(*listing, *options);
  listing->add_option(
      "--state", options->states,
      fmt::format("Only in this state, repeatable: {}", fmt::join(state_names(), ", ")));
  listing->add_option("--since", options->since, "Created at that instant or later (UTC)")
      ->type_name("INSTANT");
  listing->add_option("--until", options->until, "Created before that instant (UTC)")
      ->type_name("INSTANT");
  listing->add_option("--limit", options->limit, "So many at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  listing->add_option("--before", options->before, "Only older ones than this: the next page")
      ->type_name("ID")
      ->check(find_fault_of_id);
  auto* showing =
      add(*alerts, line, "show", "Show one alert with all its attempts", "aepro alerts show 4711",
          [&line, options] { return show(line.common, *options); });
  showing->add_option("ID", options->id, "The alert")->required()->check(find_fault_of_id);
  add_changes(*alerts, line, options);
  add(*alerts, line, "mutes", "Show what is muted now", "aepro alerts mutes",
      [&line] { return mutes(line.common); });
  auto* acting =
      add(*alerts, line, "actions", "Show what people did: acknowledged, repeated, muted",
          "aepro alerts actions", [&line, options] { return actions(line.common, *options); });
  auto* trying = add(
      *alerts, line, "test", "Send a message over a channel that says it is a test",
      "aepro alerts test mail --config aepro.yaml\naepro alerts test mail --to me@example.org",
      [&line, options] { return try_channel(line.common, options->channel, options->address); });
  trying->add_option("CHANNEL", options->channel, "As the settings name it")->required();
  trying
      ->add_option("--to", options->address,
                   "To this address (default: each recipient's of the channel)")
      ->check([](const std::string& text) {
        return std::string(trim(text).empty() ? "must not be empty" : "");
      });
  acting->add_option("--limit", options->limit, "So many at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
}

} // namespace aepro
