#pragma once

/// A record source that hands out what a test put into it, and remembers what it was told.

#include "actors/ingest/record_source.hpp"
#include "handed_out.hpp"
#include "messages/type_ids.hpp"

#include <deque>
#include <map>
#include <set>

namespace aepro::test {

/// Outlives the sources of a test: what the broker holds. Values are kept for ever.
struct scripted_broker {
  /// Offset and value; a deque, so that views into values stay good while more is published.
  std::map<stream_name, std::deque<std::pair<std::int64_t, std::string>>> records;
  std::deque<source_event> events; ///< Delivered at the next poll, before any record.
  std::map<stream_name, std::int64_t> committed;
  std::map<stream_name, std::vector<std::int64_t>> starts;
  std::vector<stream_name> released;                  ///< By the node, after they were revoked.
  std::function<void(const stream_name&)> on_release; ///< May be empty.
  std::size_t opened = 0, closed = 0;
  bool assign_on_open = true;
  std::deque<source_event> questions; ///< Watermarks that were asked for and not told yet.
  bool answers = true;                ///< False: questions wait.
  std::function<void()>
      wake; ///< Of the source opened last: a test calls it, or lets the next look find all.

  void publish(const stream_name& stream, std::int64_t offset, std::string value) {
    records[stream].emplace_back(offset, std::move(value));
  }
};

class scripted_source final : public record_source {
public:
  explicit scripted_source(scripted_broker& broker) : broker_(broker) {}
  ~scripted_source() override { close(); }

  caf::error open(std::function<void()> wake) override {
    broker_.wake = std::move(wake);
    ++broker_.opened;
    is_open_ = true;
    if (broker_.assign_on_open) {
      streams_assigned all;
      for (const auto& [stream, held] : broker_.records)
        all.streams.push_back(stream);
      broker_.events.push_front(std::move(all));
    }
    return {};
  }

  std::vector<source_event>
  poll(const std::function<std::size_t(const stream_name&)>& room) override {
    std::vector<source_event> answer;
    while (!broker_.events.empty()) {
      if (const auto* revoked = std::get_if<streams_revoked>(&broker_.events.front()))
        for (const auto& stream : revoked->streams)
          positions_.erase(stream);
      answer.push_back(std::move(broker_.events.front()));
      broker_.events.pop_front();
    }
    if (broker_.answers)
      for (; !broker_.questions.empty(); broker_.questions.pop_front())
        answer.push_back(std::move(broker_.questions.front()));
    for (auto& [stream, position] : positions_)
      fetch(stream, position, room(stream), answer);
    return answer;
  }

  caf::error start(const stream_name& stream, std::int64_t next_offset) override {
    positions_[stream] = next_offset;
    broker_.starts[stream].push_back(next_offset);
    return {};
  }

  void stop(const stream_name& stream) override { positions_.erase(stream); }

  void release(const stream_name& stream) override {
    broker_.released.push_back(stream);
    if (broker_.on_release)
      broker_.on_release(stream);
  }

  void commit(const stream_name& stream, std::int64_t next_offset) override {
    broker_.committed[stream] = next_offset;
  }

  void ask_watermarks(const std::string& topic, std::chrono::milliseconds) override {
    std::vector<stream_watermarks> marks;
    for (const auto& [stream, held] : broker_.records)
      if (stream.topic == topic)
        marks.push_back({stream, 0, held.empty() ? 0 : held.back().first + 1});
    broker_.questions.push_back(watermarks_told{topic, std::move(marks)});
  }

  std::int64_t high_watermark(const stream_name& stream) const override {
    const auto found = broker_.records.find(stream);
    return found == broker_.records.end() || found->second.empty() ? -1
                                                                   : found->second.back().first + 1;
  }

  void close() override {
    if (std::exchange(is_open_, false))
      ++broker_.closed;
    positions_.clear();
  }

private:
  void fetch(const stream_name& stream, std::int64_t& position, std::size_t limit,
             std::vector<source_event>& answer) {
    const auto read = [](const auto& record) {
      return std::pair{record.first, std::string_view{record.second}};
    };
    if (auto fetched = hand_out(stream, broker_.records[stream], position, limit, read))
      answer.push_back(std::move(*fetched));
  }

  scripted_broker& broker_;
  std::map<stream_name, std::int64_t> positions_;
  bool is_open_ = false;
};

} // namespace aepro::test
