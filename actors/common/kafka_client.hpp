#pragma once

/// Adapter: a librdkafka producer handle with its last error kept, as producer and admin tools need
/// it.

#include "actors/common/error_table.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>
#include <librdkafka/rdkafka.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace aepro {

class kafka_client {
public:
  using properties = std::vector<std::pair<std::string, std::string>>;
  using delivery_callback = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void* opaque);

  /// Opens a producer handle. `own` properties give way to those under `kafka:`. Connects in the
  /// background. `on_delivery` may be null; it runs in poll() and flush() and gets `opaque`.
  /// Errors: invalid_settings, broker_unavailable (no thread or memory).
  static caf::expected<std::unique_ptr<kafka_client>> open(const settings& values,
                                                           const properties& own,
                                                           delivery_callback on_delivery = nullptr,
                                                           void* opaque = nullptr);
  ~kafka_client();
  kafka_client(const kafka_client&) = delete;
  kafka_client& operator=(const kafka_client&) = delete;

  rd_kafka_t* handle() const { return handle_; }

  /// Returns an error of librdkafka's `code` about `what`, with the last thing the connection said
  /// and, where TLS meets a plaintext listener, the remedy.
  caf::error make_error(rd_kafka_resp_err_t code, const std::string& what) const;

private:
  kafka_client() = default;
  static void on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text);
  static void on_error(rd_kafka_t*, int code, const char* reason, void* self);

  rd_kafka_t* handle_ = nullptr;
  std::string brokers_;
  bool tls_by_default_ = false;
  void* delivery_opaque_ = nullptr;
  delivery_callback on_delivery_ = nullptr;
  mutable std::mutex mutex_;
  std::string last_error_; ///< Guarded by mutex_: librdkafka's threads write it.
};

} // namespace aepro
