#include "actors/common/kafka_watermarks.hpp"

#include "actors/common/kafka_client.hpp"

#include <fmt/format.h>

namespace aepro {

caf::expected<std::vector<stream_watermarks>> ask_watermarks(const settings& values,
                                                             std::span<const stream_name> streams,
                                                             std::chrono::milliseconds patience) {
  auto client = kafka_client::open(values, {});
  if (!client)
    return client.error();
  std::vector<stream_watermarks> watermarks;
  for (const auto& stream : streams) {
    stream_watermarks marks{stream, 0, 0};
    const auto code = rd_kafka_query_watermark_offsets((*client)->handle(), stream.topic.c_str(),
                                                       stream.partition, &marks.low, &marks.high,
                                                       static_cast<int>(patience.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return (*client)->make_error(code, fmt::format("cannot ask for the watermarks of {}[{}]",
                                                     stream.topic, stream.partition));
    watermarks.push_back(std::move(marks));
  }
  return watermarks;
}

} // namespace aepro
