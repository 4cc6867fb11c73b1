#pragma once

/// librdkafka's objects with the functions that release them.

#include <librdkafka/rdkafka.h>

#include <memory>

namespace aepro {

template <auto Function>
struct releases {
  template <class T>
  void operator()(T* handle) const {
    Function(handle);
  }
};

using kafka_message = std::unique_ptr<rd_kafka_message_t, releases<rd_kafka_message_destroy>>;
using kafka_partition_list = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                             releases<rd_kafka_topic_partition_list_destroy>>;
using kafka_queue = std::unique_ptr<rd_kafka_queue_t, releases<rd_kafka_queue_destroy>>;
using kafka_error = std::unique_ptr<rd_kafka_error_t, releases<rd_kafka_error_destroy>>;

} // namespace aepro
