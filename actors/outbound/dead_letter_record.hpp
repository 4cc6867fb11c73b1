#pragma once

/// A dead letter as a Kafka record: the original's bytes, and where and why it was rejected. Pure.

#include "actors/publish/outgoing_record.hpp"
#include "actors/storage/ledger/dead_letter.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// Headers that aepro adds behind the original ones. Numbers are decimal text.
inline constexpr std::string_view reason_header = "aepro-reason"; ///< The rejection's name.
inline constexpr std::string_view topic_header = "aepro-topic";
inline constexpr std::string_view partition_header = "aepro-partition";
inline constexpr std::string_view offset_header = "aepro-offset";
inline constexpr std::string_view timestamp_header = "aepro-timestamp"; ///< Kafka's, ms; -1: none.
/// Only on a record without its value, which is larger than the dead-letter topic takes: its bytes.
inline constexpr std::string_view omitted_header = "aepro-value-omitted";

/// The records of some dead letters of one stream. Views point into the letters, which must outlive
/// it, and into itself: it is not moved.
class dead_letter_records {
public:
  dead_letter_records(const stream_name& stream, const std::vector<dead_letter>& letters,
                      std::string_view topic);
  dead_letter_records(const dead_letter_records&) = delete;
  dead_letter_records& operator=(const dead_letter_records&) = delete;

  /// Returns one record per letter, in order.
  const std::vector<outgoing_record>& all() const { return records_; }

  /// Takes the value off the record at `index`, and says so in a header.
  void omit_value(std::size_t index);

private:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::deque<std::string> texts_;
  std::vector<std::vector<header_view>> headers_;
  std::vector<outgoing_record> records_;
};

} // namespace aepro
