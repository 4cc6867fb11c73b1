// JSON: never a crash, and what is accepted is an Event that Protobuf reads, the same each time.
#include "messages/codec/event_decoder.hpp"

#include "aepro/v1/event.pb.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aepro;
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const header_view json{"content-type", "application/json"};
  std::pmr::monotonic_buffer_resource arena;
  codec::event_decoder decoder({.value_bytes_max = 1 << 16, .answers_max = 1 << 10});
  event_view first, second;
  const auto reason = decoder.decode(value, {&json, 1}, arena, first);
  if (decoder.decode(value, {&json, 1}, arena, second) != reason ||
      first.event_bytes != second.event_bytes)
    std::abort();
  if (reason != rejection::none && reason != rejection::body_missing)
    return 0;
  v1::Event event;
  if (!event.ParseFromArray(first.event_bytes.data(), static_cast<int>(first.event_bytes.size())) ||
      event.event_id() != first.event_id)
    std::abort();
  return 0;
}
