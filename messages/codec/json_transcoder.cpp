#include "messages/codec/json_transcoder.hpp"

#include "aepro/v1/event.pb.h"

#include <google/protobuf/util/json_util.h>

namespace aepro::codec {

std::optional<std::string_view> transcode_json(std::string_view json,
                                               std::pmr::memory_resource& arena) {
  v1::Event event;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status =
      google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &event, options);
  if (!status.ok())
    return std::nullopt;
  const auto size = event.ByteSizeLong();
  auto* bytes = static_cast<std::uint8_t*>(arena.allocate(size + 1, 1));
  event.SerializeWithCachedSizesToArray(bytes);
  return std::string_view(reinterpret_cast<const char*>(bytes), size);
}

} // namespace aepro::codec
