#include "workload.hpp"

#include "../support/test_events.hpp"

#include <algorithm>

namespace aepro::simulation {

workload::workload(draw& random, const fault_profile& profile)
  : random_(random), profile_(profile), records_(30 + random.below(170)), left_(records_) {
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

workload::made workload::make_event(const std::string& topic, std::size_t number, const std::string& content) {
  test::event_text text;
  text.event_id = "E-" + std::to_string(number);
  text.subject = "S-" + std::to_string(number % 7);
  made event{stream_of(topic), {}, {topic + "/" + text.event_id, content}};
  if (topic == reports)
    event.value = test::adverse_event_value(text, content);
  else if (topic == forms)
    event.value = test::response_value(text, {content.size() % 2 == 0 ? "1" : "2", "0"});
  else
    event.value = test::subject_value(text, content.size() % 2 == 0 ? "2014-01-02" : "2015-01-02");
  return event;
}

workload::made workload::make() {
  const auto kind = random_.below(10);
  const auto& topic = kind < 5 ? reports : kind < 9 ? forms : subjects;
  if (random_.chance(profile_.malformed))
    return {stream_of(topic), "\xff\xff" + std::to_string(number_++), {}};
  if (!sent_.empty() && random_.chance(profile_.duplicate)) {
    const auto& [again, number] = random_.pick(sent_);
    return make_event(again, number, "AB");
  }
  if (!sent_.empty() && random_.chance(profile_.conflict)) {
    const auto& [again, number] = random_.pick(sent_);
    return make_event(again, number, "ABC");
  }
  sent_.emplace_back(topic, number_);
  return make_event(topic, number_++, "AB");
}

void workload::publish(sim_broker& broker, commit_model& model) {
  --left_;
  auto next = make();
  const auto offset = broker.publish(next.stream, std::move(next.value));
  model.expect(next.stream, offset, std::move(next.expected));
}

} // namespace aepro::simulation
