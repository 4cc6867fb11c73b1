#include "actors/ingest/kafka_source.hpp"

#include "actors/common/kafka_client.hpp"
#include "actors/common/kafka_group.hpp"
#include "actors/common/kafka_handles.hpp"
#include "actors/common/kafka_properties.hpp"
#include "actors/common/log.hpp"
#include "actors/ingest/kafka_buffers.hpp"
#include "actors/ingest/kafka_questions.hpp"
#include "messages/type_ids.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

namespace aepro {

namespace {

/// How long an error waits for the topic's offsets, which its text names.
constexpr std::chrono::milliseconds gap_patience{5'000};

using property_list = std::vector<std::pair<std::string, std::string>>;

/// The store's offset is the truth: librdkafka must neither choose one nor commit by itself.
property_list own_properties(const settings& values) {
  property_list own{{"group.id", values.group},
                    {"partition.assignment.strategy", "cooperative-sticky"},
                    {"auto.offset.reset", "error"},
                    {"enable.auto.commit", "false"},
                    {"enable.auto.offset.store", "false"},
                    {"enable.partition.eof", "false"}};
  if (!values.instance_id.empty())
    own.emplace_back("group.instance.id", values.instance_id);
  return own;
}

class kafka_source final : public record_source {
public:
  explicit kafka_source(const settings& values) : settings_(values) {}
  kafka_source(const kafka_source&) = delete;
  kafka_source& operator=(const kafka_source&) = delete;
  ~kafka_source() override { close(); }

  caf::error open(std::function<void()> wake) override;
  std::vector<source_event>
  poll(const std::function<std::size_t(const stream_name&)>& room) override;
  caf::error start(const stream_name& stream, std::int64_t next_offset) override;
  void stop(const stream_name& stream) override;
  void release(const stream_name& stream) override;
  void commit(const stream_name& stream, std::int64_t next_offset) override;
  void ask_watermarks(const std::string& topic, std::chrono::milliseconds patience) override {
    questions_.ask_watermarks(consumer_, topic, patience);
  }
  std::int64_t high_watermark(const stream_name& stream) const override;
  void close() override;

private:
  void leave_group();
  static void on_log(const rd_kafka_t*, int level, const char* facility, const char* text);
  static void on_error(rd_kafka_t*, int code, const char* reason, void* self);
  static void on_arrival(rd_kafka_t*, void* self);
  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                           rd_kafka_topic_partition_list_t* list, void* self);
  void rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list);
  void stop_reading(const stream_name& stream);
  void unassign_stopped();
  void give_up_lost();
  void drop_queue(const stream_name& stream);
  void consume(rd_kafka_queue_t* queue, std::size_t limit);
  void take(std::vector<rd_kafka_message_t*> messages);
  void report(const rd_kafka_message_t& message);

  settings settings_;
  /// librdkafka's destructor waits for every message that is still held, so whoever holds one
  /// shares in this: the last of them destroys the client, and close() never waits for a batch that
  /// another stage keeps.
  std::shared_ptr<rd_kafka_t> client_;
  rd_kafka_t* consumer_ = nullptr; ///< client_, while open.
  std::function<void()> wake_;     ///< Called by librdkafka's threads while consumer_ is open.
  kafka_queue events_;             ///< The group's queue: rebalances, errors.
  std::map<stream_name, kafka_queue> streams_; ///< Started: each has a queue of its own.
  std::vector<source_event> pending_;          ///< What the present poll() will return.
  std::vector<stream_name> stopped_; ///< Not read any more, and still in librdkafka's assignment.
  std::set<stream_name> asked_back_; ///< By the group, which waits until all of them are released.
  bool is_closing_ = false;
  kafka_questions questions_;
  std::vector<rd_kafka_message_t*> scratch_;
  std::size_t polls_ = 0;
};

kafka_partition_list list_of(const std::vector<stream_name>& streams) {
  kafka_partition_list list{rd_kafka_topic_partition_list_new(static_cast<int>(streams.size()))};
  for (const auto& stream : streams)
    rd_kafka_topic_partition_list_add(list.get(), stream.topic.c_str(), stream.partition);
  return list;
}

caf::error kafka_source::open(std::function<void()> wake) {
  wake_ = std::move(wake);
  auto configuration = make_kafka_conf(settings_);
  if (!configuration)
    return std::move(configuration.error());
  for (const auto& [name, value] : own_properties(settings_))
    if (auto failure = set_kafka_property(**configuration, name, value))
      return failure;
  rd_kafka_conf_set_opaque(configuration->get(), this);
  rd_kafka_conf_set_rebalance_cb(configuration->get(), &kafka_source::on_rebalance);
  rd_kafka_conf_set_log_cb(configuration->get(), &kafka_source::on_log);
  rd_kafka_conf_set_error_cb(configuration->get(), &kafka_source::on_error);
  char text[512] = {};
  consumer_ = rd_kafka_new(RD_KAFKA_CONSUMER, configuration->get(), text, sizeof text);
  if (consumer_ == nullptr)
    return caf::make_error(errc::invalid_settings, std::string{text});
  configuration->release(); // librdkafka's from here on.
  client_.reset(consumer_, [](rd_kafka_t* client) {
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  });
  rd_kafka_poll_set_consumer(consumer_);
  events_.reset(rd_kafka_queue_get_consumer(consumer_));
  if (events_ == nullptr)
    return caf::make_error(errc::invalid_settings,
                           std::string{"a consumer needs a group; name it by the setting group"});
  rd_kafka_queue_cb_event_enable(events_.get(), &kafka_source::on_arrival, this);
  scratch_.resize(settings_.batch.records_max);
  const auto& names = settings_.topics;
  kafka_partition_list topics{rd_kafka_topic_partition_list_new(3)};
  for (const auto& topic : {names.adverse_events, names.questionnaire_responses, names.subjects})
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto code = rd_kafka_subscribe(consumer_, topics.get()))
    return caf::make_error(errc::invalid_settings,
                           std::string{"subscribe: "} + rd_kafka_err2str(code));
  return {};
}

void kafka_source::on_log(const rd_kafka_t*, int, const char* facility, const char* text) {
  log::debug("kafka", "librdkafka", "{}: {}", facility, text);
}

/// Connections that break: runs within poll() and close(), as on_rebalance does.
void kafka_source::on_error(rd_kafka_t*, int code, const char* reason, void* self) {
  static_cast<kafka_source*>(self)->pending_.push_back(
      source_failed{classify_kafka_error(static_cast<rd_kafka_resp_err_t>(code)), {}, reason});
}

void kafka_source::on_arrival(rd_kafka_t*, void* self) {
  static_cast<kafka_source*>(self)->wake_();
}

void kafka_source::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                                rd_kafka_topic_partition_list_t* list, void* self) {
  static_cast<kafka_source*>(self)->rebalance(code, *list);
}

/// New streams are accepted at once without reading any: start() adds them when the store has told
/// their offset. The answer to a revocation waits for release(), outside of the callback
/// (librdkafka allows it: its events of rebalances work so); until then the member's heartbeats go
/// on, its fetching pauses, and no other rebalance reaches it.
void kafka_source::rebalance(rd_kafka_resp_err_t code,
                             const rd_kafka_topic_partition_list_t& list) {
  std::vector<stream_name> streams;
  for (int i = 0; i < list.cnt; ++i)
    streams.push_back({list.elems[i].topic, list.elems[i].partition});
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    kafka_error failure{rd_kafka_incremental_assign(consumer_, list_of({}).get())};
    if (failure)
      pending_.push_back(
          source_failed{errc::broker_unavailable, {}, rd_kafka_error_string(failure.get())});
    pending_.push_back(streams_assigned{std::move(streams)});
    return;
  }
  const bool lost = rd_kafka_assignment_lost(consumer_) != 0;
  for (const auto& stream : streams)
    stop_reading(stream);
  if (lost || is_closing_)
    unassign_stopped();
  else
    asked_back_.insert(streams.begin(), streams.end());
  pending_.push_back(streams_revoked{std::move(streams), lost});
}

/// The store's fence stops whatever is still in flight of these.
void kafka_source::give_up_lost() {
  if (asked_back_.empty() || rd_kafka_assignment_lost(consumer_) == 0)
    return;
  pending_.push_back(streams_revoked{{asked_back_.begin(), asked_back_.end()}, true});
  asked_back_.clear();
  unassign_stopped();
}

void kafka_source::release(const stream_name& stream) {
  if (asked_back_.erase(stream) > 0 && asked_back_.empty())
    unassign_stopped();
}

void kafka_source::stop(const stream_name& stream) {
  stop_reading(stream);
  if (asked_back_.empty() && !stopped_.empty())
    unassign_stopped();
}

void kafka_source::stop_reading(const stream_name& stream) {
  if (!streams_.contains(stream))
    return;
  drop_queue(stream);
  stopped_.push_back(stream);
}

/// Any call of incremental_unassign answers a revocation, whatever is in it: so nothing is
/// unassigned while one waits.
void kafka_source::unassign_stopped() {
  kafka_error failure{
      rd_kafka_incremental_unassign(consumer_, list_of(std::exchange(stopped_, {})).get())};
  if (failure)
    pending_.push_back(
        source_failed{errc::broker_unavailable, {}, rd_kafka_error_string(failure.get())});
}

void kafka_source::drop_queue(const stream_name& stream) {
  const auto found = streams_.find(stream);
  rd_kafka_queue_cb_event_enable(found->second.get(), nullptr, nullptr);
  streams_.erase(found);
}

caf::error kafka_source::start(const stream_name& stream, std::int64_t next_offset) {
  // Without forwarding, records stay in the stream's own queue: not asking for them is the pause,
  // and nothing that was fetched is thrown away. librdkafka keeps a forwarding that the application
  // set.
  kafka_queue queue{
      rd_kafka_queue_get_partition(consumer_, stream.topic.c_str(), stream.partition)};
  if (!queue)
    return caf::make_error(errc::partition_lost, stream.topic);
  rd_kafka_queue_forward(queue.get(), nullptr);
  rd_kafka_queue_cb_event_enable(queue.get(), &kafka_source::on_arrival,
                                 this); // While it is empty.
  auto list = list_of({stream});
  list->elems[0].offset = next_offset < 0 ? RD_KAFKA_OFFSET_BEGINNING : next_offset;
  kafka_error failure{rd_kafka_incremental_assign(consumer_, list.get())};
  if (failure) {
    rd_kafka_queue_cb_event_enable(queue.get(), nullptr, nullptr);
    return caf::make_error(errc::partition_lost, rd_kafka_error_string(failure.get()));
  }
  streams_.insert_or_assign(stream, std::move(queue));
  return {};
}

std::vector<source_event>
kafka_source::poll(const std::function<std::size_t(const stream_name&)>& room) {
  const auto serve = [&](auto begin, auto end) {
    for (auto at = begin; at != end; ++at)
      if (const auto limit = std::min(room(at->first), scratch_.size()); limit > 0)
        consume(at->second.get(), limit);
  };
  // Another stream is first each time: where credits are scarce, the first takes them.
  const auto turn = streams_.empty() ? 0 : polls_++ % streams_.size();
  const auto first = std::next(streams_.begin(), static_cast<std::ptrdiff_t>(turn));
  serve(first, streams_.end());
  serve(streams_.begin(), first);
  // May change streams_: the rebalance callback runs in here.
  consume(events_.get(), scratch_.size());
  for (auto& answer : questions_.take())
    pending_.push_back(std::move(answer));
  give_up_lost();
  return std::exchange(pending_, {});
}

void kafka_source::consume(rd_kafka_queue_t* queue, std::size_t limit) {
  const auto count = rd_kafka_consume_batch_queue(queue, 0, scratch_.data(), limit);
  if (count <= 0)
    return;
  std::vector<rd_kafka_message_t*> run;
  run.reserve(static_cast<std::size_t>(count));
  for (ssize_t i = 0; i < count; ++i) {
    auto* message = scratch_[static_cast<std::size_t>(i)];
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      report(*message);
      rd_kafka_message_destroy(message);
      continue;
    }
    if (!run.empty() &&
        (run.back()->rkt != message->rkt || run.back()->partition != message->partition))
      take(std::exchange(run, {}));
    run.push_back(message);
  }
  if (!run.empty())
    take(std::move(run));
}

void kafka_source::take(std::vector<rd_kafka_message_t*> messages) {
  records_fetched fetched;
  fetched.stream = {rd_kafka_topic_name(messages.front()->rkt), messages.front()->partition};
  for (const auto* message : messages)
    fetched.bytes += message->len + message->key_len;
  auto buffers = std::make_shared<kafka_buffers>(std::move(messages));
  fetched.records = buffers->records();
  fetched.buffers = std::shared_ptr<record_buffers>(
      buffers.get(), [client = client_, held = buffers](auto*) mutable { held.reset(); });
  pending_.push_back(std::move(fetched));
}

void kafka_source::report(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
    return;
  source_failed failure{classify_kafka_error(message.err), {}, rd_kafka_message_errstr(&message)};
  if (message.rkt != nullptr)
    failure.stream = stream_name{rd_kafka_topic_name(message.rkt), message.partition};
  if (failure.stream && message.offset == RD_KAFKA_OFFSET_INVALID)
    failure.stream->partition =
        -1; // Said of a subscription: the partition in the message means nothing.
  if (message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    failure.text += " Group: " + settings_.group;
  if (failure.stream && failure.code == errc::offset_out_of_range) {
    questions_.describe_gap(consumer_, std::move(failure), message.offset, gap_patience);
    return;
  }
  pending_.push_back(std::move(failure));
}

void kafka_source::commit(const stream_name& stream, std::int64_t next_offset) {
  auto list = list_of({stream});
  list->elems[0].offset = next_offset;
  if (const auto code = rd_kafka_commit(consumer_, list.get(), 1))
    pending_.push_back(source_failed{errc::broker_unavailable, stream, rd_kafka_err2str(code)});
}

std::int64_t kafka_source::high_watermark(const stream_name& stream) const {
  std::int64_t low = -1, high = -1;
  const auto code = rd_kafka_get_watermark_offsets(consumer_, stream.topic.c_str(),
                                                   stream.partition, &low, &high);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? std::max<std::int64_t>(high, -1) : -1;
}

void kafka_source::close() {
  if (consumer_ == nullptr)
    return;
  is_closing_ = true;
  questions_.close();
  if (!asked_back_.empty())
    unassign_stopped(); // Closing would wait for the answer.
  while (!streams_.empty())
    drop_queue(streams_.begin()->first);
  rd_kafka_queue_cb_event_enable(events_.get(), nullptr, nullptr);
  leave_group();
  events_.reset();
  pending_.clear();
  consumer_ = nullptr;
  client_.reset();
}

/// What is settled is in the store: without the group's answer its time-out tells it.
void kafka_source::leave_group() {
  if (!leave_kafka_group(client_, leave_patience))
    log::warn("ingest", "group-not-left",
              "the broker does not answer: the group hands this node's partitions out when its "
              "session ends");
}

} // namespace

std::unique_ptr<record_source> make_kafka_source(const settings& values) {
  return std::make_unique<kafka_source>(values);
}

} // namespace aepro
