#include "actors/outbound/dead_letter_record.hpp"

#include "messages/rejection_name.hpp"

namespace aepro {

dead_letter_records::dead_letter_records(const stream_name& stream,
                                         const std::vector<dead_letter>& letters,
                                         std::string_view topic) {
  headers_.reserve(letters.size());
  records_.reserve(letters.size());
  const auto stream_topic = keep(stream.topic);
  const auto partition = keep(std::to_string(stream.partition));
  for (const auto& letter : letters) {
    auto& headers = headers_.emplace_back();
    for (const auto& header : letter.headers)
      headers.push_back({header.name,
                         header.value ? std::string_view(*header.value) : std::string_view{},
                         !header.value});
    headers.push_back({reason_header, rejection_name(letter.reason)});
    headers.push_back({topic_header, stream_topic});
    headers.push_back({partition_header, partition});
    headers.push_back({offset_header, keep(std::to_string(letter.offset))});
    headers.push_back({timestamp_header, keep(std::to_string(letter.timestamp))});
    // The time of sending: the original's could be past the topic's retention already.
    records_.push_back({topic, letter.key, letter.value, headers, 0});
  }
}

void dead_letter_records::omit_value(std::size_t index) {
  auto& record = records_[index];
  if (!record.value)
    return;
  headers_[index].push_back({omitted_header, keep(std::to_string(record.value->size()))});
  record.headers = headers_[index];
  record.value.reset();
}

} // namespace aepro
