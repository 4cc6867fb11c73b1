/// Which values cannot work together.

#include "config/http_check.hpp"
#include "config/settings_loader.hpp"
#include "config/value_text.hpp"
#include "messages/score_alert.hpp"
#include "messages/score_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace aepro {

namespace {

using problems = std::vector<setting_problem>;

void require_at_most(problems& found, std::string_view name, std::int64_t value,
                     std::string_view limit_name, std::int64_t limit, std::string_view why) {
  if (value > limit)
    found.push_back({"", fmt::format("{} and {}", name, limit_name),
                     fmt::format("{} must not be above {}: {}", name, limit_name, why)});
}

std::int64_t kafka_number(const settings& values, const std::string& property,
                          std::int64_t otherwise) {
  const auto found = values.kafka.find(property);
  return found == values.kafka.end() ? otherwise : parse_integer(found->second).value_or(otherwise);
}

bool is_topic_name(std::string_view name) {
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
         std::ranges::all_of(name, [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' ||
                  letter == '-';
         });
}

void check_topics(problems& found, const topic_settings& topics) {
  const std::pair<std::string_view, std::string_view> all[] = {
      {"topics.adverse_events", topics.adverse_events},
      {"topics.questionnaire_responses", topics.questionnaire_responses},
      {"topics.subjects", topics.subjects},
      {"topics.dead_letters", topics.dead_letters},
      {"topics.ledger_anchors", topics.ledger_anchors},
      {"topics.acknowledgements", topics.acknowledgements},
  };
  std::map<std::string_view, std::string_view> seen;
  for (const auto& [name, topic] : all) {
    if (topic.empty() && name == "topics.acknowledgements")
      continue;
    if (topic.starts_with('^'))
      found.push_back({"", std::string(name), "patterns are not taken; name the topic"});
    else if (!is_topic_name(topic))
      found.push_back({"", std::string(name),
                       "1 to 249 letters, digits, dots, underscores and dashes are possible"});
    else if (const auto [other, is_new] = seen.emplace(topic, name); !is_new)
      found.push_back({"", fmt::format("{} and {}", name, other->second),
                       "are the same topic; each needs its own"});
  }
}

void check_store(problems& found, std::string_view store) {
  if (store.starts_with("sqlite:")) {
    if (store == "sqlite:")
      found.push_back({"", "store", "the path is missing; write sqlite:PATH"});
    return;
  }
  if (!store.starts_with("postgresql://") && !store.starts_with("postgres://")) {
    found.push_back({"", "store", "write sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE"});
    return;
  }
  const auto authority = store.substr(store.find("//") + 2);
  const auto user = authority.substr(0, std::min(authority.find('/'), authority.size()));
  const bool has_password = user.rfind('@') != std::string_view::npos &&
                            user.substr(0, user.rfind('@')).find(':') != std::string_view::npos;
  if (has_password || store.find("password=") != std::string_view::npos)
    found.push_back(
        {"", "store", "holds a password, which others could see; use storage.password_file"});
}

/// Where nothing is answered before its deadline, a pause between tries looks like a stage that
/// hangs.
void check_patience(problems& found, const settings& values) {
  const auto quickest =
      std::min({values.lanes.adverse_events.deadline, values.lanes.questionnaire_responses.deadline,
                values.lanes.subjects.deadline});
  const auto silent_for = quickest * static_cast<std::int64_t>(values.supervision.stuck_after);
  require_at_most(
      found, "retry.backoff_max", values.retry.backoff_max.count(), "supervision.stuck_after",
      silent_for.count(),
      fmt::format(
          "so many of the shortest lane's deadlines are {} ms, after which a partition that only "
          "waits for its next try would be taken for one that hangs",
          silent_for.count()));
  require_at_most(found, "storage.call_max", values.storage.call_max.count() + 1'000,
                  "supervision.stop_grace", values.supervision.stop_grace.count(),
                  "with a second to give the call up, a stage would be left behind that only waits "
                  "for the store");
  require_at_most(found, "outbound.patience", values.outbound.patience.count() + 1'000,
                  "supervision.stop_grace", values.supervision.stop_grace.count(),
                  "with a second to give it up, a publisher would be left behind that only waits "
                  "for the broker");
}

void check_control(problems& found, std::string_view socket) {
  if (socket.ends_with('/'))
    found.push_back({"", "control.socket", "is a folder; name a file in it, or write auto"});
}

void check_brokers(problems& found, std::string_view brokers) {
  if (!brokers.empty() && split_list(brokers, ',').empty())
    found.push_back({"", "brokers", "names none; write HOST:PORT, several with commas between"});
  for (const auto& broker : split_list(brokers, ',')) {
    const auto colon = broker.rfind(':');
    const auto port =
        colon == std::string::npos ? std::nullopt : parse_integer(broker.substr(colon + 1));
    if (colon == 0 || !port || *port < 1 || *port > 65535)
      found.push_back({"", "brokers", fmt::format("'{}' is not HOST:PORT", broker)});
  }
}

/// Where no two are too much, the two largest are named.
void check_shares(problems& found, const lanes_settings& lanes) {
  constexpr std::size_t whole = 100;
  std::pair<std::size_t, std::string_view> all[] = {
      {lanes.adverse_events.share, "lanes.adverse_events.share"},
      {lanes.questionnaire_responses.share, "lanes.questionnaire_responses.share"},
      {lanes.subjects.share, "lanes.subjects.share"},
  };
  const auto sum = all[0].first + all[1].first + all[2].first;
  if (sum <= whole)
    return;
  std::ranges::stable_sort(all, std::ranges::greater{},
                           &std::pair<std::size_t, std::string_view>::first);
  found.push_back(
      {"", fmt::format("{} and {}", all[0].second, all[1].second),
       fmt::format("the shares of all lanes must not be above {} % together: they are {} %", whole,
                   sum)});
}

void check_decide(problems& found, const decide_settings& decide) {
  for (const auto& study : decide.causality_terms)
    if (const auto equals = study.find('='); equals == 0 || equals == std::string::npos ||
                                             split_list(study.substr(equals + 1), '|').empty())
      found.push_back(
          {"", "decide.causality_terms", fmt::format("'{}' is not STUDY=TERM|TERM", study)});
  for (const auto& rule : decide.optional_rules)
    if (const auto number = parse_integer(rule); !number || *number < 1 || *number > 65535)
      found.push_back({"", "decide.optional_rules", fmt::format("'{}' is no rule's number", rule)});
  for (const auto& text : decide.score_alerts)
    if (!parse_score_alert(text))
      found.push_back({"", "decide.score_alerts",
                       fmt::format("'{}' is not SCALE>=NUMBER:URGENCY, for example "
                                   "PHQ-9>=20:urgent",
                                   text)});
}

void check_review(problems& found, const review_settings& review) {
  for (const auto& text : review.score_changes)
    if (!parse_score_change(text))
      found.push_back({"", "review.score_changes",
                       fmt::format("'{}' is not SCALE>=+NUMBER:URGENCY, for example "
                                   "PHQ-9>=+5 since previous:urgent",
                                   text)});
}

void check_notifier(problems& found, const settings& values) {
  const auto& own = values.notifier;
  require_at_most(found, "notifier.backoff_min", own.backoff_min.count(), "notifier.backoff_max",
                  own.backoff_max.count(), "the shortest wait would be longer than the longest");
  require_at_most(found, "notifier.digest_from", static_cast<std::int64_t>(own.digest_from),
                  "notifier.digest_max", static_cast<std::int64_t>(own.digest_max),
                  "no digest could be made");
  if (!values.alerts.channels.empty() &&
      std::ranges::none_of(values.alerts.recipients, [&](const recipient_settings& one) {
        return one.study.empty() && one.site.empty() &&
               std::ranges::find(one.roles, own.fallback_role) != one.roles.end();
      }))
    found.push_back(
        {"", "recipients and notifier.fallback_role",
         fmt::format(
             "no recipient has the role {} for every study and site: somebody must be told where "
             "nobody else can be",
             own.fallback_role)});
  constexpr std::int64_t margin = 10'000; // For the channel's last answer, and for writing it down.
  for (const auto& channel : values.alerts.channels)
    require_at_most(
        found, fmt::format("channels.{}.timeout", channel.name), channel.timeout.count() + margin,
        "notifier.lease", own.lease.count(),
        "with 10s for its answer: another node would deliver what this one is still delivering");
}

/// What the group allows a member that drains or hands over: it goes on polling and sends
/// heartbeats meanwhile, so its session does not end (docs/decisions/0007-intake.md).
void check_session(problems& found, const settings& values, std::int64_t poll_max) {
  const auto session = kafka_number(values, "session.timeout.ms", 45000);
  const auto heartbeat = kafka_number(values, "heartbeat.interval.ms", 3000);
  require_at_most(found, "drain_grace", values.drain_grace.count(), "kafka.max.poll.interval.ms",
                  poll_max,
                  "nobody reads a node's partitions while it drains, and the group bears no member "
                  "for longer that "
                  "does not go on");
  require_at_most(found, "intake.hand_over_max", values.intake.hand_over_max.count() + heartbeat,
                  "kafka.max.poll.interval.ms", poll_max,
                  "with a heartbeat, by which the node learns of it, it would take longer than the "
                  "group waits");
  require_at_most(found, "kafka.heartbeat.interval.ms", heartbeat + 1, "kafka.session.timeout.ms",
                  session, "the group would drop the node between two of them");
  require_at_most(found, "kafka.session.timeout.ms", session, "kafka.max.poll.interval.ms",
                  poll_max, "librdkafka refuses it");
}

} // namespace

problems find_impossible_combinations(const settings& values) {
  problems found;
  if (trim(values.group).empty())
    found.push_back({"", "group", "is empty; name the group whose nodes share the partitions"});
  check_brokers(found, values.brokers);
  check_store(found, values.store);
  check_topics(found, values.topics);
  check_decide(found, values.decide);
  check_review(found, values.review);
  check_shares(found, values.lanes);
  check_notifier(found, values);
  check_http(found, values.http);
  check_patience(found, values);
  check_control(found, values.control.socket);
  const auto poll_max = kafka_number(values, "max.poll.interval.ms", 300000);
  const std::pair<std::string_view, std::chrono::milliseconds> deadlines[] = {
      {"lanes.adverse_events.deadline", values.lanes.adverse_events.deadline},
      {"lanes.questionnaire_responses.deadline", values.lanes.questionnaire_responses.deadline},
      {"lanes.subjects.deadline", values.lanes.subjects.deadline},
  };
  for (const auto& [name, deadline] : deadlines) {
    require_at_most(found, name, deadline.count(), "kafka.max.poll.interval.ms", poll_max,
                    "the group takes a partition away from a node that waits longer");
    require_at_most(found, "intake.poll_interval", values.intake.poll_interval.count() + 1, name,
                    deadline.count(), "what is late would be seen only afterwards");
    require_at_most(found, "batch.age_max", values.batch.age_max.count() + 1, name,
                    deadline.count(), "a batch would be late before it is complete");
  }
  check_session(found, values, poll_max);
  const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  const auto& credits = values.credits;
  require_at_most(found, "batch.bytes_max", number(values.batch.bytes_max),
                  "credits.partition_bytes_max", number(credits.partition_bytes_max),
                  "a full batch could never be sent");
  require_at_most(found, "credits.partition_bytes_max", number(credits.partition_bytes_max),
                  "credits.bytes_max", number(credits.bytes_max), "no partition could use it");
  require_at_most(found, "credits.batches_min", number(credits.batches_min), "credits.batches_max",
                  number(credits.batches_max), "the window of batches in flight lies between them");
  require_at_most(found, "credits.partition_batches_max", number(credits.partition_batches_max),
                  "credits.batches_max", number(credits.batches_max), "no partition could use it");
  require_at_most(found, "intake.value_bytes_max", number(values.intake.value_bytes_max),
                  "credits.partition_bytes_max", number(credits.partition_bytes_max),
                  "such a record could never be sent on");
  require_at_most(found, "intake.value_bytes_max", number(values.intake.value_bytes_max),
                  "kafka.receive.message.max.bytes",
                  kafka_number(values, "receive.message.max.bytes", 100000000),
                  "such a record could never be fetched");
  require_at_most(found, "batch.records_max", number(values.batch.records_max),
                  "storage.group_records_max", number(values.storage.group_records_max),
                  "a full batch would be larger than a transaction may be");
  require_at_most(found, "retry.backoff_min", values.retry.backoff_min.count(), "retry.backoff_max",
                  values.retry.backoff_max.count(), "waits grow from the one to the other");
  require_at_most(found, "registry.negative_age_max", values.registry.negative_age_max.count(),
                  "registry.age_max", values.registry.age_max.count(),
                  "that a subject is unknown changes sooner than its data");
  require_at_most(
      found, "kafka.fetch.max.bytes", kafka_number(values, "fetch.max.bytes", 52428800) + 512,
      "kafka.receive.message.max.bytes",
      kafka_number(values, "receive.message.max.bytes", 100000000), "librdkafka refuses it");
  return found;
}

} // namespace aepro
