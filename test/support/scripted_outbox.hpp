#pragma once

/// A store with dead letters and a broker to publish them to, which do and fail as a test says.

#include "actors/outbound/publisher_actor.hpp"

#include <deque>
#include <map>
#include <set>
#include <stdexcept>

namespace aepro::test {

struct published_record {
  std::string topic, value;
  std::optional<std::string> key;
  bool has_value = true;
  std::map<std::string, std::string> headers;
};

/// What the next calls of the sink do, in order; afterwards all is well.
enum class sink_fault { none, broker_down, acknowledgement_lost, topic_missing, throws };

/// Outlives the publishers of a test.
struct scripted_outbox {
  std::map<stream_name, publication_state> states;
  std::map<stream_name, std::vector<dead_letter>> letters;
  std::map<stream_name, errc> damaged;   ///< Streams whose dead letters cannot be read.
  std::vector<published_record> records; ///< That the broker has.
  std::vector<std::size_t> batch_sizes;  ///< Of the sink's calls.
  std::deque<sink_fault> sink_faults;
  std::set<std::string> denied_topics;
  std::size_t failing_advances = 0, throwing_advances = 0, failing_opens = 0;
  std::size_t store_opens = 0, sink_opens = 0;
  std::size_t value_bytes_max = 1'000'000; ///< Of the topic.

  /// Adds a stream with dead letters at offsets 0 to letters - 1.
  void add(const stream_name& stream, std::size_t count, std::uint64_t epoch = 1) {
    auto& state = states[stream];
    state.stream_id = static_cast<std::int32_t>(states.size());
    state.claim = {
        .stream = stream, .epoch = epoch, .next_offset = static_cast<std::int64_t>(count)};
    for (std::size_t i = 0; i < count; ++i)
      letters[stream].push_back({static_cast<std::int64_t>(i),
                                 1'000 + static_cast<std::int64_t>(i),
                                 rejection::undecodable,
                                 "key",
                                 "value " + std::to_string(i),
                                 {}});
  }

  std::int64_t cursor(const stream_name& stream) const {
    return states.at(stream).dead_letters_next;
  }

  /// Returns the offsets that were published of a stream, in order, repeats included.
  std::vector<std::int64_t> offsets_of(const stream_name& stream) const {
    std::vector<std::int64_t> offsets;
    for (const auto& record : records)
      if (record.headers.contains("aepro-offset") &&
          record.headers.at("aepro-topic") == stream.topic &&
          record.headers.at("aepro-partition") == std::to_string(stream.partition))
        offsets.push_back(std::stoll(record.headers.at("aepro-offset")));
    return offsets;
  }
};

class scripted_publication final : public publication_store {
public:
  explicit scripted_publication(scripted_outbox& outbox) : outbox_(outbox) {}

  caf::expected<std::string> store_id() override { return std::string("store"); }

  caf::expected<std::vector<publication_state>> states() override {
    std::vector<publication_state> all;
    for (auto& [stream, state] : outbox_.states) {
      all.push_back(state);
      const auto& letters = outbox_.letters[stream];
      all.back().has_dead_letters =
          !letters.empty() && letters.back().offset >= state.dead_letters_next;
    }
    return all;
  }

  caf::expected<std::vector<dead_letter>> dead_letters(const publication_state& stream,
                                                       const dead_letter_limits& limits) override {
    if (const auto damage = outbox_.damaged.find(stream.claim.stream);
        damage != outbox_.damaged.end())
      return caf::make_error(damage->second, "planned");
    std::vector<dead_letter> found;
    for (const auto& letter : outbox_.letters[stream.claim.stream])
      if (letter.offset >= stream.dead_letters_next && found.size() < limits.records_max)
        found.push_back(letter);
    return found;
  }

  caf::expected<bool> advance(const publication_state& stream, publication what,
                              std::int64_t next_offset) override {
    if (outbox_.failing_advances > 0) {
      --outbox_.failing_advances;
      return caf::make_error(errc::store_unavailable, "planned");
    }
    if (outbox_.throwing_advances > 0) {
      --outbox_.throwing_advances;
      throw std::runtime_error("planned");
    }
    auto& state = outbox_.states.at(stream.claim.stream);
    auto& cursor = what == publication::dead_letters ? state.dead_letters_next : state.anchored;
    if (state.claim.epoch != stream.claim.epoch || cursor >= next_offset)
      return false;
    cursor = next_offset;
    return true;
  }

private:
  scripted_outbox& outbox_;
};

class scripted_sink final : public outbound_sink {
public:
  explicit scripted_sink(scripted_outbox& outbox) : outbox_(outbox) {}

  caf::expected<std::vector<std::size_t>> publish(std::span<const outgoing_record> records,
                                                  std::chrono::milliseconds) override {
    auto fault = sink_fault::none;
    if (!outbox_.sink_faults.empty()) {
      fault = outbox_.sink_faults.front();
      outbox_.sink_faults.pop_front();
    }
    if (fault == sink_fault::broker_down)
      return caf::make_error(errc::broker_unavailable, "planned");
    if (fault == sink_fault::topic_missing)
      return caf::make_error(errc::topic_missing, "planned");
    if (fault == sink_fault::throws)
      throw std::runtime_error("planned");
    if (!records.empty() && outbox_.denied_topics.contains(std::string(records.front().topic)))
      return caf::make_error(errc::authorization_denied, "planned");
    outbox_.batch_sizes.push_back(records.size());
    std::vector<std::size_t> too_large;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (records[i].value && records[i].value->size() > outbox_.value_bytes_max)
        too_large.push_back(i);
      else
        outbox_.records.push_back(copy_of(records[i]));
    if (fault == sink_fault::acknowledgement_lost)
      return caf::make_error(errc::broker_unavailable, "planned");
    return too_large;
  }

private:
  static published_record copy_of(const outgoing_record& record) {
    published_record copy{std::string(record.topic),
                          std::string(record.value.value_or("")),
                          std::nullopt,
                          record.value.has_value(),
                          {}};
    if (record.key)
      copy.key = std::string(*record.key);
    for (const auto& header : record.headers)
      copy.headers[std::string(header.name)] = std::string(header.value);
    return copy;
  }

  scripted_outbox& outbox_;
};

/// Returns options of a publisher that works on `outbox`, which must outlive it.
inline publisher_options publisher_on(scripted_outbox& outbox) {
  publisher_options options;
  options.open_store = [&outbox]() -> caf::expected<std::unique_ptr<publication_store>> {
    ++outbox.store_opens;
    if (outbox.failing_opens > 0) {
      --outbox.failing_opens;
      return caf::make_error(errc::store_unavailable, "planned");
    }
    return std::unique_ptr<publication_store>(std::make_unique<scripted_publication>(outbox));
  };
  options.open_outlet = [&outbox]() -> caf::expected<std::unique_ptr<outbound_sink>> {
    ++outbox.sink_opens;
    return std::unique_ptr<outbound_sink>(std::make_unique<scripted_sink>(outbox));
  };
  options.dead_letters_topic = "dead";
  options.anchors_topic = "anchors";
  options.interval = std::chrono::milliseconds{100};
  options.anchor_interval = std::chrono::seconds{60};
  options.retry = {std::chrono::milliseconds{50}, std::chrono::milliseconds{500}};
  options.detach = false;
  return options;
}

} // namespace aepro::test
