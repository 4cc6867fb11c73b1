#include "workload.hpp"

#include "../support/test_events.hpp"

#include <algorithm>

namespace aepro::simulation {

workload::workload(draw& random, const fault_profile& profile)
    : random_(random), profile_(profile), records_(30 + random.below(170)), left_(records_),
      reports_of_ten_(records_ % 8 == 0 ? 1 : 5), burst_(records_ % 8 == 0 ? 64 : 1) {
  const auto add = [&](const std::string& topic, std::int64_t partitions) {
    for (std::int32_t partition = 0; partition < partitions; ++partition)
      streams_.push_back({topic, partition});
  };
  add(reports, random.between(1, 3));
  add(forms, random.between(1, 3));
  add(subjects, 1);
}

stream_name workload::stream_of(const std::string& topic) {
  const auto partitions = std::ranges::count(streams_, topic, &stream_name::topic);
  return {topic, static_cast<std::int32_t>(random_.below(static_cast<std::size_t>(partitions)))};
}

workload::made workload::make_event(const sent_event& sent, const std::string& content) {
  const auto& topic = sent.topic;
  test::event_text text;
  text.event_id = "E-" + std::to_string(sent.number);
  text.subject = "S-" + std::to_string(sent.number % 7);
  text.deadline_ms = sent.deadline;
  made event{stream_of(topic), {}, {topic + "/" + text.event_id, content, sent.deadline}};
  if (topic == reports)
    event.value = test::adverse_event_value(text, content);
  else if (topic == forms)
    event.value = test::response_value(text, {content.size() % 2 == 0 ? "1" : "2", "0"});
  else
    event.value = test::subject_value(text, content.size() % 2 == 0 ? "2014-01-02" : "2015-01-02");
  return event;
}

workload::made workload::make(time_point now) {
  constexpr std::int64_t two_hours = 7'200'000;
  const auto kind = random_.below(10);
  const auto& topic = kind < reports_of_ten_ ? reports : kind < 9 ? forms : subjects;
  if (random_.chance(profile_.malformed))
    return {stream_of(topic), "\xff\xff" + std::to_string(number_++), {}};
  if (!sent_.empty() && random_.chance(profile_.duplicate))
    return make_event(random_.pick(sent_), "AB");
  if (!sent_.empty() && random_.chance(profile_.conflict))
    return make_event(random_.pick(sent_), "ABC");
  const bool has_deadline = topic == reports && random_.chance(500);
  sent_.push_back({topic, number_++,
                   has_deadline ? store_time(now) + random_.between(-two_hours, two_hours) : 0});
  return make_event(sent_.back(), "AB");
}

void workload::publish(sim_broker& broker, commit_model& model) {
  do
    publish_one(broker, model);
  while (left_ % burst_ != 0);
}

void workload::publish_one(sim_broker& broker, commit_model& model) {
  --left_;
  auto next = make(broker.now());
  const auto offset = broker.publish(next.stream, std::move(next.value));
  model.expect(next.stream, offset, std::move(next.expected));
}

} // namespace aepro::simulation
