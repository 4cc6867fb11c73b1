/// Which of librdkafka's properties aepro sets, refuses, or takes from files only.

#include "config/settings_table.hpp"

#include <algorithm>
#include <array>

namespace aepro {

namespace {

const kafka_default_row defaults[] = {
    {"security.protocol", "ssl",
     "Health data travels encrypted. For a test or demo broker say `plaintext`."},
    {"check.crcs", "true",
     "A record damaged on the way is noticed (librdkafka's default is false)."},
    {"receive.message.max.bytes", "16777216",
     "Bounds the memory of one reply (librdkafka's default is 100 MB)."},
    {"fetch.max.bytes", "8388608",
     "Must stay below receive.message.max.bytes; bounds what one fetch brings."},
    {"fetch.min.bytes", "65536",
     "What the broker collects before it answers a fetch, for fetch.wait.max.ms at most: many "
     "small answers cost "
     "broker, node and store much more than few."},
    {"fetch.wait.max.ms", "10",
     "What a record may wait for company at the broker. Less: sooner where little comes; more "
     "load."},
    {"queued.max.messages.kbytes", "2048",
     "Bounds what librdkafka fetches ahead, for each partition: with many of them lower it."},
    {"topic.metadata.refresh.interval.ms", "10000",
     "How long a topic that has just been created stays unseen."},
    {"max.poll.interval.ms", "60000", "A node that stops polling loses its partitions after this."},
    {"session.timeout.ms", "10000",
     "A node that died gives its partitions to the others after this."},
    {"enable.metrics.push", "false",
     "No telemetry to the broker; left out where librdkafka does not know it."},
};

const kafka_reserved_row reserved[] = {
    {"bootstrap.servers", "use brokers"},
    {"metadata.broker.list", "use brokers"},
    {"group.id", "use group"},
    {"enable.auto.commit", "fixed to false: the store's offset is the truth"},
    {"enable.auto.offset.store", "fixed to false: the store's offset is the truth"},
    {"auto.offset.reset", "fixed to error: aepro never skips records silently"},
    {"partition.assignment.strategy", "fixed to cooperative-sticky"},
    {"enable.idempotence", "fixed to true: a resend never doubles a record"},
    {"acks", "fixed to all: a published record survives the loss of a broker"},
    {"request.required.acks", "fixed to all: a published record survives the loss of a broker"},
    {"enable.partition.eof", "fixed to true: aepro shows when it has caught up"},
};

constexpr std::array<std::string_view, 6> secrets = {
    "sasl.password",
    "ssl.key.password",
    "ssl.keystore.password",
    "ssl.key.pem",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
};

} // namespace

std::span<const kafka_default_row> kafka_defaults() {
  return defaults;
}

std::span<const kafka_reserved_row> kafka_reserved() {
  return reserved;
}

bool is_kafka_secret(std::string_view property) {
  return std::ranges::find(secrets, property) != secrets.end();
}

} // namespace aepro
