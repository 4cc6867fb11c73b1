/// The model of what is published: checks each record as it goes out, and each cursor as it moves.

#include "sim_outbox.hpp"

#include "actors/outbound/anchor.hpp"
#include "actors/outbound/dead_letter_record.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro::simulation {

namespace {

std::string header_of(const outgoing_record& record, std::string_view name) {
  for (const auto& header : record.headers)
    if (header.name == name)
      return std::string{header.value};
  return "0";
}

} // namespace

std::vector<std::int64_t> sim_outbox::committed_letters(const stream_name& stream) const {
  return database_.model.rejected_before(stream, database_.model.next_offset(stream));
}

sim_outbox::arrival sim_outbox::check(const outgoing_record& record) const {
  return record.topic == anchors_topic ? check_anchor(record) : check_dead_letter(record);
}

/// It is in the store, byte for byte as it was published, and none before it is left out.
sim_outbox::arrival sim_outbox::check_dead_letter(const outgoing_record& record) const {
  const stream_name stream{header_of(record, topic_header),
                           std::stoi(header_of(record, partition_header))};
  const auto offset = static_cast<std::int64_t>(std::stoll(header_of(record, offset_header)));
  if (!broker_.logs().contains(stream)) {
    log_.violated("dead letter of {}, which is no stream", text_of(stream));
    return {};
  }
  const auto letters = committed_letters(stream);
  if (!std::ranges::binary_search(letters, offset))
    log_.violated("dead letter {} offset {} is not in the store", text_of(stream), offset);
  const auto& log = broker_.logs().at(stream);
  const auto original = std::ranges::find(log, offset, &log_record::offset);
  if (original == log.end() || record.value != std::string_view{original->value})
    log_.violated("dead letter {} offset {} is not what was published", text_of(stream), offset);
  return {stream, offset, false};
}

sim_outbox::arrival sim_outbox::check_anchor(const outgoing_record& record) const {
  const auto anchor = decode_anchor(record.value.value_or(""));
  if (!anchor) {
    log_.violated("an anchor that cannot be read");
    return {};
  }
  if (!database_.model.had_head(anchor->stream, anchor->next_offset, anchor->chain_head))
    log_.violated("anchor: {} at {}: the store never had that head", text_of(anchor->stream),
                  anchor->next_offset);
  return {anchor->stream, anchor->next_offset, true};
}

/// The first time that one arrives, all before it have.
void sim_outbox::arrive(const std::vector<arrival>& records) {
  for (const auto& [stream, offset, is_anchor] : records) {
    log_.say("published: {} {} {}", is_anchor ? "anchor" : "dead letter", text_of(stream), offset);
    if (is_anchor)
      continue;
    auto& arrived = arrived_[stream];
    for (const auto letter : database_.model.rejected_before(stream, offset))
      if (!arrived.contains(letter))
        log_.violated("dead letters: {} offset {} is published before {}", text_of(stream), offset,
                      letter);
    ++arrived_count_;
    if (!arrived.insert(offset).second && profile_.is_calm)
      log_.violated("dead letters: {} offset {} is published twice, though nothing failed",
                    text_of(stream), offset);
  }
}

void sim_outbox::acknowledge(const std::vector<arrival>& records) {
  for (const auto& [stream, offset, is_anchor] : records)
    (is_anchor ? anchors_acknowledged_ : acknowledged_)[stream].insert(offset);
}

void sim_outbox::check_advance(const stream_name& stream, publication what,
                               std::int64_t next_offset) const {
  const auto has = [&stream](const auto& all, std::int64_t offset) {
    const auto found = all.find(stream);
    return found != all.end() && found->second.contains(offset);
  };
  if (what == publication::anchors) {
    if (!has(anchors_acknowledged_, next_offset))
      log_.violated("cursor: {} is said to be anchored at {}, which nobody acknowledged",
                    text_of(stream), next_offset);
    return;
  }
  for (const auto letter : database_.model.rejected_before(stream, next_offset))
    if (!has(acknowledged_, letter))
      log_.violated("cursor: {} passes dead letter {}, which nobody acknowledged", text_of(stream),
                    letter);
}

void sim_outbox::tick(time_point now) {
  for (const auto& late : delayed_)
    if (late.at <= now)
      arrive(late.records);
  std::erase_if(delayed_, [now](const delayed& late) { return late.at <= now; });
}

void sim_outbox::fail_over() {
  cursors_ = std::move(stand_in_);
  stand_in_.clear();
}

std::string sim_outbox::what_is_missing() const {
  std::string text;
  for (const auto& [stream, log] : broker_.logs()) {
    const auto at = cursors_.find(stream);
    const auto cursor = at == cursors_.end() ? cursors{} : at->second;
    for (const auto letter : committed_letters(stream))
      if (letter >= cursor.dead_letters_next)
        text += fmt::format(" dead letter {} {};", text_of(stream), letter);
    if (const auto next = database_.model.next_offset(stream); next > cursor.anchored)
      text += fmt::format(" {} is anchored at {} of {};", text_of(stream), cursor.anchored, next);
  }
  return text;
}

} // namespace aepro::simulation
