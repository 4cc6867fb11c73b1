#include "actors/acknowledge/acknowledge_actor.hpp"

#include "actors/acknowledge/message_keys.hpp"
#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/notifier/alert_planner.hpp"
#include "messages/codec/acknowledgement_decoder.hpp"
#include "messages/error_text.hpp"

#include <exception>

namespace aepro {

namespace {

/// A number may be given again by a store that was restored; a producer's clock may be off a
/// little.
bool is_older(const acknowledgement_record& record, const notification& what) {
  constexpr std::int64_t clocks_differ_max = 60'000;
  return record.timestamp >= 0 && record.timestamp + clocks_differ_max < what.created_at;
}

const std::vector<notification_state> tellable{
    notification_state::waiting, notification_state::sent, notification_state::closed,
    notification_state::acknowledged, notification_state::exhausted};

} // namespace

void acknowledge_place::take(const caf::actor_addr& actor) {
  const std::lock_guard lock{mutex_};
  actor_ = actor;
}

bool acknowledge_place::ask(web_question_ptr question) const {
  const std::lock_guard lock{mutex_};
  const auto target = caf::actor_cast<acknowledge_actor>(actor_);
  if (!target)
    return false;
  caf::anon_send(target, std::move(question));
  return true;
}

acknowledge_state::acknowledge_state(acknowledge_actor::pointer self, acknowledge_options options)
    : self(self), options(std::move(options)),
      links_gate(this->options.per_minute_max, this->options.counted_max),
      wrong_gate(this->options.per_minute_max, this->options.counted_max) {
}

caf::error acknowledge_state::open() {
  if (store)
    return {};
  auto opened = options.open_store();
  if (!opened)
    return std::move(opened.error());
  store = std::move(*opened);
  return {};
}

void acknowledge_state::failed(std::string_view what, const caf::error& reason) {
  trouble.say(what, code_of(reason), error_text(reason), self->clock().now());
}

caf::expected<std::optional<notification>>
acknowledge_state::first_of(const notification_filter& filter) {
  const auto shown = store->list(filter);
  if (!shown)
    return shown.error();
  return shown->empty() ? std::nullopt : std::optional(shown->front().what);
}

/// The store writes the action down unless somebody was faster.
caf::expected<notification> acknowledge_state::acknowledge(const notification& found,
                                                           const operator_action& action) {
  if (found.state == notification_state::acknowledged) {
    ++options.done->repeated;
    return found;
  }
  auto now = store->acknowledge(found.id, action);
  if (!now)
    return std::move(now.error());
  if (!*now)
    return found; // It has gone meanwhile.
  ++(is_done_by(**now, action) ? options.done->acknowledged : options.done->repeated);
  return std::move(**now);
}

// -- links ---------------------------------------------------------------------------------------

void acknowledge_state::answer(const web_question& question) {
  if (self->clock().now() >= question.deadline)
    return; // Whoever asked was told so.
  try {
    question.answer(serve(question.request));
  } catch (
      const std::exception& problem) { // One request must not end the stage, and with it the node.
    log::error("acknowledge", "request-failed", "{}", problem.what());
    question.answer(plain_answer(500));
  }
}

web_answer acknowledge_state::serve(const web_request& request) {
  auto wanted = read_request(request, options.links);
  if (auto* answer = std::get_if<web_answer>(&wanted))
    return std::move(*answer);
  if (std::holds_alternative<wrong_link>(wanted))
    return turn_away_wrong_link(request.address);
  const auto& alert = std::get<wanted_alert>(wanted);
  if (!links_gate.admit(sign(alert.link, ""), self->clock().now())) {
    ++options.done->turned_away;
    return plain_answer(429);
  }
  auto answer = serve(alert);
  if (answer)
    return std::move(*answer);
  store.reset();
  failed("a link", answer.error());
  return plain_answer(503);
}

web_answer acknowledge_state::turn_away_wrong_link(const std::string& address) {
  const auto now = self->clock().now();
  if (!wrong_gate.admit(counted_address(address), now)) {
    ++options.done->turned_away;
    return plain_answer(429);
  }
  ++options.done->wrong_links;
  if (const auto held =
          throttle.admit("wrong link", now)) // Never the link: it may be a good one, cut short.
    log::warn("acknowledge", "wrong-link",
              "from {}: a link that none of our keys has signed; {} like it before", address,
              *held);
  return plain_answer(404);
}

caf::expected<web_answer> acknowledge_state::serve(const wanted_alert& wanted) {
  if (auto failure = open())
    return failure;
  const auto now = store->now();
  if (!now)
    return now.error();
  notification_filter filter;
  filter.id = wanted.link.notification_id;
  const auto found = first_of(filter);
  if (!found)
    return found.error();
  if (auto outdated = outdated_answer(wanted, *found, *now)) {
    ++options.done->outdated;
    return std::move(*outdated);
  }
  auto what = **found;
  const auto action = action_of(wanted, what, *now);
  if (action) {
    auto after = acknowledge(what, *action);
    if (!after)
      return std::move(after.error());
    what = std::move(*after);
  } else {
    ++(wanted.acknowledges && what.state == notification_state::acknowledged
           ? options.done->repeated
           : options.done->shown);
  }
  return alert_answer(wanted, what, find_rule(options.rules, what.rule, what.study, what.site),
                      action);
}

// -- the topic -----------------------------------------------------------------------------------

void acknowledge_state::schedule(std::chrono::milliseconds wait) {
  next_look.dispose();
  next_look = self->run_delayed(wait, [this] { look(); });
}

void acknowledge_state::look() {
  const auto failure = take_records();
  message_keys.reset();
  if (failure) {
    failed("the topic", failure);
    return schedule(pause.after_failure(options.interval));
  }
  pause.reset();
  schedule(options.interval);
}

/// What the store did not take stays, and nothing more is read before it.
caf::error acknowledge_state::take_records() {
  if (!source) {
    auto opened = options.open_source();
    if (!opened)
      return std::move(opened.error());
    source = std::move(*opened);
  }
  if (pending.empty()) {
    auto records = source->poll(options.records_max);
    if (!records)
      return std::move(records.error());
    pending.assign(std::make_move_iterator(records->begin()),
                   std::make_move_iterator(records->end()));
  }
  if (pending.empty())
    return {};
  for (; !pending.empty(); pending.pop_front())
    if (auto failure = settle(pending.front())) {
      store.reset();
      return failure;
    }
  source->commit();
  return {};
}

caf::error acknowledge_state::settle(const acknowledgement_record& record) {
  auto read = std::variant<codec::acknowledgement, std::string>{"cannot be read"};
  try {
    read = codec::read_acknowledgement(record.value);
  } catch (
      const std::exception& problem) { // A record that ends the stage would end it again and again.
    log::error("acknowledge", "message-failed", "{}", problem.what());
  }
  if (const auto* why = std::get_if<std::string>(&read)) {
    skip(record, *why);
    return {};
  }
  const auto& said = std::get<codec::acknowledgement>(read);
  if (auto failure = open())
    return failure;
  const auto found = find(said.id, said.key);
  if (!found)
    return found.error();
  if (!*found) {
    skip(record, "names no alert that there is, or id and key of different ones");
    return {};
  }
  if (said.key.empty() && is_older(record, **found)) {
    skip(record,
         "names an alert by its number alone, and is older than the alert: say its key as well");
    return {};
  }
  const auto now = store->now();
  if (!now)
    return now.error();
  const auto done = acknowledge(**found, action_by_message(**found, said.by, said.reason, *now));
  return done ? caf::error{} : done.error();
}

void acknowledge_state::skip(const acknowledgement_record& record, std::string_view why) {
  ++options.done->wrong_messages;
  if (const auto held = throttle.admit(fmt::format("message {}", why), self->clock().now()))
    log::warn("acknowledge", "message-skipped",
              "topic {} partition {} offset {}: it {}; {} like it before", record.topic,
              record.partition, record.offset, why, *held);
}

/// By number, by the alert's own key, or by the key of one of its messages.
caf::expected<std::optional<notification>> acknowledge_state::find(std::int64_t id,
                                                                   const std::string& key) {
  notification_filter filter;
  if (id > 0)
    filter.id = id;
  else
    filter.key = key;
  auto found = first_of(filter);
  if (!found || key.empty() || (*found && (*found)->key == key))
    return found;
  const auto by_message = find_message(key);
  if (!by_message)
    return by_message.error();
  if (!*by_message || (id > 0 && **by_message != id))
    return std::optional<notification>{};
  filter.key.clear();
  filter.id = **by_message;
  return first_of(filter);
}

caf::expected<std::optional<std::int64_t>> acknowledge_state::find_message(const std::string& key) {
  if (!message_keys) {
    notification_filter filter;
    filter.states = tellable;
    filter.rows_max = options.searched_max;
    const auto shown = store->list(filter);
    if (!shown)
      return shown.error();
    message_keys.emplace();
    for (const auto& one : *shown)
      for (auto& own : message_keys_of(one, options.rules, options.fallback_role))
        message_keys->emplace(std::move(own), one.what.id);
  }
  const auto found = message_keys->find(key);
  return found == message_keys->end() ? std::nullopt : std::optional(found->second);
}

acknowledge_actor::behavior_type acknowledge_state::make_behavior() {
  hide_exceptions(self);
  options.place->take(self->address());
  if (options.open_source)
    schedule(options.interval);
  return {
      [this](const web_question_ptr& question) { answer(*question); },
      [this](poll_atom) { look(); },
      [this](status_atom) { return *options.done; },
  };
}

} // namespace aepro
