/// aepro_bench: the steps of bench/run that need a program. Results are JSON, one object a line.
///
/// A step that copies reads its commands from stdin, so that whoever measures the servers' CPU can
/// do so around it: "prepare" empties the tables, "run N" copies over N connections; each is
/// answered with a line. The first line says what was loaded.

#include "bench/copy_connection.hpp"
#include "bench/copy_job.hpp"
#include "bench/stored_rows.hpp"
#include "bench/topic_reader.hpp"
#include "bench/wide_rows.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <functional>
#include <iostream>

namespace aepro::bench {

namespace {

struct options {
  std::string brokers, url, from;
  std::vector<std::string> topics;
  std::uint64_t records = 0;
  std::size_t transaction_records = 5000;
};

void answer(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

/// Serves "prepare" and "run N" until stdin ends.
void serve(const std::string& url, const std::vector<copy_transaction>& transactions,
           const std::function<void()>& prepare) {
  for (std::string command; std::cin >> command;) {
    if (command == "prepare") {
      prepare();
      answer("{}");
      continue;
    }
    unsigned connections = 0;
    if (command != "run" || !(std::cin >> connections) || connections == 0)
      throw std::runtime_error("commands are: prepare, run CONNECTIONS");
    const auto done = run_copies(url, transactions, connections);
    answer(fmt::format(R"({{"seconds": {}, "cpu_seconds": {}}})", done.seconds, done.cpu_seconds));
  }
}

void consume(const options& chosen) {
  const auto done =
      read_topics(chosen.brokers, chosen.topics, chosen.records, [](const rd_kafka_message_t&) {});
  answer(fmt::format(R"({{"records": {}, "bytes": {}, "seconds": {}, )"
                     R"("connect_seconds": {}, "cpu_seconds": {}}})",
                     done.records, done.bytes, done.seconds, done.connect_seconds,
                     done.cpu_seconds));
}

kept_record keep(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t kind{};
  return {message.partition, message.offset, rd_kafka_message_timestamp(&message, &kind),
          std::string(static_cast<const char*>(message.payload), message.len)};
}

void control(const options& chosen) {
  wide_rows rows;
  {
    std::vector<std::vector<kept_record>> topics(chosen.topics.size());
    const auto take = [&](const rd_kafka_message_t& message) {
      const auto found = std::ranges::find(chosen.topics, rd_kafka_topic_name(message.rkt));
      topics[static_cast<std::size_t>(found - chosen.topics.begin())].push_back(keep(message));
    };
    read_topics(chosen.brokers, chosen.topics, chosen.records, take);
    rows = make_wide_rows(topics, chosen.transaction_records);
  }
  std::size_t bytes = 0;
  for (const auto& transaction : rows.transactions)
    bytes += transaction.pieces.front().rows.size();
  answer(fmt::format(R"({{"transactions": {}, "copy_bytes": {}, "text_columns": [{}], )"
                     R"("decode_seconds": {}}})",
                     rows.transactions.size(), bytes, fmt::join(rows.columns, ", "),
                     rows.decode_seconds));
  serve(chosen.url, rows.transactions, [&] {
    copy_connection connection(chosen.url);
    connection.run("SET client_min_messages = warning");
    connection.run(rows.schema);
    connection.run("CHECKPOINT");
  });
}

void copy_rows(const options& chosen) {
  const auto transactions = std::max<std::uint64_t>(1, chosen.records / chosen.transaction_records);
  const auto rows = take_stored_rows(chosen.from, transactions);
  answer(fmt::format(R"({{"transactions": {}, "rows": {}, "copy_bytes": {}}})", transactions,
                     rows.rows, rows.bytes));
  serve(chosen.url, rows.transactions, [&] {
    empty_tables(chosen.url, rows.tables);
    copy_connection(chosen.url).run("CHECKPOINT");
  });
}

int run(int argc, char** argv) {
  CLI::App app("The steps of bench/run that need a program; bench/run calls it");
  app.require_subcommand(1);
  options chosen;
  std::function<void(const options&)> step;
  const auto add = [&](const char* name, const char* help, void (*work)(const options&)) {
    auto* command = app.add_subcommand(name, help);
    command->callback([&step, work] { step = work; });
    return command;
  };
  const auto add_topics = [&](CLI::App* command) {
    command->add_option("--brokers", chosen.brokers, "HOST:PORT")->required();
    command->add_option("--topics", chosen.topics, "Topics of events")->required();
    command->add_option("--records", chosen.records, "Records in them")->required();
  };
  const auto add_database = [&](CLI::App* command) {
    command->add_option("--postgres", chosen.url, "Database to copy into")->required();
    command
        ->add_option("--transaction-records", chosen.transaction_records,
                     "Records of a transaction")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
  };
  add_topics(add("consume", "Read topics with librdkafka alone", consume));
  auto* wide = add("control", "Copy events as wide rows", control);
  add_topics(wide);
  add_database(wide);
  auto* stored = add("rows", "Copy the rows that aepro wrote", copy_rows);
  add_database(stored);
  stored->add_option("--from", chosen.from, "Database that aepro filled")->required();
  stored->add_option("--records", chosen.records, "Records it was filled from")->required();
  add("versions", "Versions of the client libraries", [](const options&) {
    answer(fmt::format(R"({{"librdkafka": "{}", "libpq": {}}})", rd_kafka_version_str(),
                       PQlibVersion()));
  });
  CLI11_PARSE(app, argc, argv);
  step(chosen);
  return 0;
}

} // namespace

} // namespace aepro::bench

int main(int argc, char** argv) {
  try {
    return aepro::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "aepro_bench: {}\n", error.what());
    return 2;
  }
}
