// Our decoder against Protobuf's parser: same verdict, same value of every field, on any bytes.
#include "messages/codec/event_decoder.hpp"

#include "test/support/bytes_schema.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aepro;
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  std::pmr::monotonic_buffer_resource arena;
  codec::event_decoder decoder({.value_bytes_max = 1 << 20, .answers_max = 1 << 20});
  event_view event;
  const auto reason = decoder.decode(value, {}, arena, event);
  if (value.empty() || value.front() == '\0')
    return 0; // Empty, or framed: Protobuf's parser knows neither.
  const bool decoded = reason == rejection::none || reason == rejection::body_missing;
  const auto theirs = test::parse_with_protobuf(value);
  if (const auto found = test::difference(decoded, event, theirs.get())) {
    std::fprintf(stderr, "decoder differs: %s\n", found->c_str());
    std::abort();
  }
  return 0;
}
