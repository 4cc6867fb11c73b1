#include "bench/copy_job.hpp"

#include "bench/copy_connection.hpp"
#include "bench/topic_reader.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace aepro::bench {

namespace {

void send(copy_connection& connection, const copy_transaction& transaction) {
  connection.run("BEGIN");
  for (const auto& piece : transaction.pieces)
    connection.copy_in(*piece.statement, piece.rows);
  connection.run("COMMIT");
}

} // namespace

copy_result run_copies(const std::string& url, const std::vector<copy_transaction>& transactions,
                       unsigned connections) {
  std::vector<copy_connection> opened;
  for (unsigned i = 0; i < connections; ++i)
    opened.emplace_back(url);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::string failure;
  const auto cpu_before = process_cpu_seconds();
  const auto started = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (auto& connection : opened)
      threads.emplace_back([&] {
        try {
          for (auto i = next++; i < transactions.size(); i = next++)
            send(connection, transactions[i]);
        } catch (const std::exception& error) {
          next = transactions.size();
          const std::lock_guard lock(mutex);
          failure = error.what();
        }
      });
  }
  if (!failure.empty())
    throw std::runtime_error(failure);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  return {elapsed.count(), process_cpu_seconds() - cpu_before};
}

} // namespace aepro::bench
