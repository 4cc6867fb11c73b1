#pragma once

/// How a consumer leaves its group without waiting for a broker that has fallen silent.

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>

namespace aepro {

/// Leaves the group; what the group still wants to say goes through the client's callbacks, on this
/// thread. Returns false after `patience`: then `client` is given to a thread of its own, which may
/// wait for it as long as it takes, and the group goes on without the member when its session ends.
bool leave_kafka_group(std::shared_ptr<rd_kafka_t>& client, std::chrono::milliseconds patience);

/// Of a node that stops: what its group does not hear now, it hears when the session ends.
inline constexpr std::chrono::milliseconds leave_patience{2'000};

} // namespace aepro
