#include "support/contracts/channel_fixture.hpp"

#include "actors/notifier/kafka_channel.hpp"
#include "actors/notifier/log_channel.hpp"
#include "actors/notifier/make_channel.hpp"
#include "actors/outbound/kafka_sink.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "support/contracts/channel_servers.hpp"
#include "support/kafka_topic_reader.hpp"
#include "support/real_kafka.hpp"

#include <set>
#include <unistd.h>

namespace aepro::test {

namespace {

using namespace std::chrono_literals;

class smtp_under_test final : public channel_under_test {
public:
  smtp_under_test() {
    channel_settings values{.name = "mail", .type = channel_type::smtp};
    values.url = server_.url();
    values.from = "Alerts <alerts@trial.example>";
    values.user = "aepro";
    values.password = "correct horse";
    values.ca_file = server_.ca_file();
    channel_ = value_of(make_channel(values, settings{}));
  }

  std::vector<received_message> received(std::size_t count) override {
    std::vector<received_message> all;
    for (const auto& mail : server_.mails(count))
      all.push_back({mail["key"], mail["subject"], mail["text"]});
    return all;
  }

  void kill() override { server_.shut_down(); }
  void revive() override { server_.restart(); }

  std::size_t connections() override {
    channel_.reset();
    server_.shut_down(); // Its log is complete then.
    return server_.connections();
  }

private:
  mail_server server_;
};

class webhook_under_test final : public channel_under_test {
public:
  webhook_under_test() {
    channel_settings values{.name = "hook", .type = channel_type::webhook};
    values.url = server_.url();
    values.body = R"({"key": "{{key}}", "title": "{{title}}", "text": "{{text}}"})";
    values.ca_file = server_.ca_file();
    values.allow_private = true;
    channel_ = value_of(make_channel(values, settings{}));
  }

  std::vector<received_message> received(std::size_t) override {
    std::vector<received_message> all;
    for (const auto& request : server_.requests()) {
      const auto body = nlohmann::json::parse(request["body"].get<std::string>());
      BOOST_TEST(body["key"] == request["headers"]["idempotency-key"]);
      all.push_back({body["key"], body["title"], body["text"]});
    }
    return all;
  }

  void kill() override { server_.shut_down(); }
  void revive() override { server_.restart(); }

  std::size_t connections() override {
    std::set<int> ports;
    for (const auto& request : server_.requests())
      ports.insert(request["connection"].get<int>());
    return ports.size();
  }

private:
  webhook_server server_;
};

class kafka_under_test final : public channel_under_test {
public:
  kafka_under_test() {
    static int count = 0;
    topic_ = "alerts-" + std::to_string(getpid()) + "-" + std::to_string(++count);
    values_.topics.partitions = 1;
    const auto created = create_topics(values_, {topic_}, 15s);
    BOOST_REQUIRE(created);
    channel_ = make_kafka_channel(topic_, [this] {
      auto now = values_;
      if (!is_there_)
        now.brokers = "127.0.0.1:1";
      return open_kafka_sink(now);
    });
  }

  std::vector<received_message> received(std::size_t) override {
    std::vector<received_message> all;
    for (const auto& record : read_topic(values_, topic_, 1)) {
      const auto value = nlohmann::json::parse(*record.value);
      BOOST_TEST(value["key"] == record.headers.at("aepro-idempotency-key"));
      all.push_back({value["key"], value["title"], value["text"]});
    }
    return all;
  }

  void kill() override { is_there_ = false; }
  void revive() override { is_there_ = true; }

private:
  settings values_ = kafka_settings("channels");
  std::string topic_;
  bool is_there_ = true;
};

class log_under_test final : public channel_under_test {
public:
  log_under_test() {
    channel_ = make_log_channel([this](const std::string& line) { lines_.push_back(line); });
  }

  std::vector<received_message> received(std::size_t) override {
    std::vector<received_message> all;
    for (const auto& line : lines_)
      all.push_back({line.substr(line.rfind(' ') + 1), "", ""});
    return all;
  }

  void kill() override {}
  void revive() override {}

private:
  std::vector<std::string> lines_;
};

} // namespace

std::ostream& operator<<(std::ostream& out, channel_kind kind) {
  constexpr const char* names[] = {"smtp", "webhook", "kafka", "log"};
  return out << names[static_cast<std::size_t>(kind)];
}

std::unique_ptr<channel_under_test> make_channel_under_test(channel_kind kind) {
  switch (kind) {
    case channel_kind::smtp:
      return mail_server::is_installed() ? std::make_unique<smtp_under_test>() : nullptr;
    case channel_kind::webhook: return std::make_unique<webhook_under_test>();
    case channel_kind::kafka: return std::make_unique<kafka_under_test>();
    case channel_kind::log: return std::make_unique<log_under_test>();
  }
  return nullptr;
}

} // namespace aepro::test
