#include "actors/ingest/kafka_questions.hpp"

#include "actors/common/kafka_client.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct topic_deleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
struct metadata_deleter {
  void operator()(const struct rd_kafka_metadata* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};

/// Returns how long librdkafka may still wait: 0 would be for ever in some of its calls.
int milliseconds_to(steady::time_point end) {
  return static_cast<int>(
      std::max(milliseconds{1}, std::chrono::duration_cast<milliseconds>(end - steady::now()))
          .count());
}

caf::error make_error(rd_kafka_resp_err_t code, const std::string& topic) {
  return caf::make_error(classify_kafka_error(code), topic + ": " + rd_kafka_err2str(code));
}

caf::expected<std::vector<stream_watermarks>> query(rd_kafka_t* client, const std::string& topic,
                                                    steady::time_point end) {
  const std::unique_ptr<rd_kafka_topic_t, topic_deleter> handle{
      rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  const struct rd_kafka_metadata* found = nullptr;
  if (const auto code = rd_kafka_metadata(client, 0, handle.get(), &found, milliseconds_to(end)))
    return make_error(code, topic);
  const std::unique_ptr<const struct rd_kafka_metadata, metadata_deleter> metadata{found};
  if (metadata->topic_cnt != 1)
    return make_error(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, topic);
  if (const auto code = metadata->topics[0].err)
    return make_error(code, topic);
  std::vector<stream_watermarks> answer;
  for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
    stream_watermarks marks{{topic, metadata->topics[0].partitions[i].id}, 0, 0};
    if (const auto code =
            rd_kafka_query_watermark_offsets(client, topic.c_str(), marks.stream.partition,
                                             &marks.low, &marks.high, milliseconds_to(end)))
      return make_error(code, topic);
    answer.push_back(std::move(marks));
  }
  return answer;
}

/// Returns what a person needs to know of a position that the topic does not have.
std::string gap_text(rd_kafka_t* client, const stream_name& stream, std::int64_t wanted,
                     milliseconds patience) {
  std::int64_t low = 0, high = 0;
  if (const auto code =
          rd_kafka_query_watermark_offsets(client, stream.topic.c_str(), stream.partition, &low,
                                           &high, static_cast<int>(patience.count())))
    return fmt::format("; the store's next offset is {}, the topic's offsets are not known: {}",
                       wanted, rd_kafka_err2str(code));
  return fmt::format(
      "; the store's next offset is {}, the topic holds offsets from {} to before {}", wanted, low,
      high);
}

} // namespace

void kafka_questions::ask_watermarks(rd_kafka_t* client, const std::string& topic,
                                     milliseconds patience) {
  open_.push_back(std::async(std::launch::async, [=]() -> source_event {
    return watermarks_told{topic, query(client, topic, steady::now() + patience)};
  }));
}

void kafka_questions::describe_gap(rd_kafka_t* client, source_failed failure, std::int64_t wanted,
                                   milliseconds patience) {
  open_.push_back(std::async(std::launch::async, [=]() -> source_event {
    auto described = failure;
    described.text += gap_text(client, *failure.stream, wanted, patience);
    return described;
  }));
}

std::vector<source_event> kafka_questions::take() {
  std::vector<source_event> answers;
  std::erase_if(open_, [&](auto& question) {
    if (question.wait_for(milliseconds{0}) != std::future_status::ready)
      return false;
    answers.push_back(question.get());
    return true;
  });
  return answers;
}

} // namespace aepro
