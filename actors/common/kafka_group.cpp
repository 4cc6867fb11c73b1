#include "actors/common/kafka_group.hpp"

#include "actors/common/kafka_handles.hpp"

#include <thread>
#include <utility>

namespace aepro {

/// rd_kafka_consumer_close() waits for such a broker as long as a session lasts, and longer.
/// Destroying the client waits as well.
bool leave_kafka_group(std::shared_ptr<rd_kafka_t>& client, std::chrono::milliseconds patience) {
  auto* consumer = client.get();
  kafka_queue last_events{rd_kafka_queue_new(consumer)};
  const kafka_error failed{rd_kafka_consumer_close_queue(consumer, last_events.get())};
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!failed && rd_kafka_consumer_closed(consumer) == 0 &&
         std::chrono::steady_clock::now() < until)
    rd_kafka_queue_poll_callback(last_events.get(), 20); // Serves a last revocation.
  if (failed || rd_kafka_consumer_closed(consumer) != 0)
    return true;
  std::thread([client = std::exchange(client, nullptr), kept = std::move(last_events)] {}).detach();
  return false;
}

} // namespace aepro
