#include "actors/review/reviewed_segment.hpp"

#include "actors/review/decision_scores.hpp"
#include "actors/review/form_view.hpp"
#include "actors/validation/instruments/instrument.hpp"
#include "messages/codec/event_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace aepro {

namespace {

constexpr std::size_t segment_bytes_max = std::size_t{1} << 30;

/// What was accepted is within the limits that held then.
constexpr codec::decode_limits no_limits{std::numeric_limits<std::size_t>::max(),
                                         std::numeric_limits<std::size_t>::max()};

bool is_wanted(std::string_view name, std::span<const std::string> scales) {
  return std::ranges::any_of(scales,
                             [&](const std::string& scale) { return names_scale(scale, name); });
}

bool has_wanted(std::span<const scale_score> scores, std::span<const std::string> scales) {
  return std::ranges::any_of(
      scores, [&](const scale_score& score) { return is_wanted(score.scale, scales); });
}

bool may_have_wanted(const std::string& instrument, std::span<const std::string> scales) {
  return std::ranges::any_of(
      find_instrument(instrument)->scales,
      [&](const instrument_scale& scale) { return is_wanted(scale.name, scales); });
}

} // namespace

std::variant<std::vector<scored_record>, segment_damage>
scored_records(const stored_segment& segment, std::span<const std::string> scales) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(segment.record_count, 0));
  auto decoded = decode_decisions(segment.decisions, count, segment_bytes_max);
  if (auto* damage = std::get_if<segment_damage>(&decoded))
    return std::move(*damage);
  const auto& records = std::get<segment_decisions>(decoded).records;
  std::vector<scored_record> found;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].verdict != verdict::accepted)
      continue;
    auto scores = decision_scores(records[i].decision);
    if (!scores)
      return segment_damage{fmt::format("the decision of record {} is cut short", i)};
    if (has_wanted(*scores, scales))
      found.push_back({i, std::move(*scores)});
  }
  return found;
}

std::variant<form_list, segment_damage> reviewed_forms(const stored_segment& segment,
                                                       const stream_name& stream,
                                                       std::span<const scored_record> scored,
                                                       const std::set<std::int64_t>& corrected,
                                                       std::span<const std::string> scales) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(segment.record_count, 0));
  auto decoded =
      decode_evidence(segment.records, stream, segment.first_offset, count, segment_bytes_max);
  if (auto* damage = std::get_if<segment_damage>(&decoded))
    return std::move(*damage);
  const auto& records = std::get<std::shared_ptr<record_batch>>(decoded)->records;
  codec::event_decoder decoder(no_limits);
  std::pmr::monotonic_buffer_resource memory;
  form_list forms;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const bool is_scored = !scored.empty() && scored.front().index == i;
    if (!is_scored && !corrected.contains(records[i].offset))
      continue;
    event_view event;
    decoder.decode(records[i].value, records[i].headers, memory, event);
    if (auto form = make_reviewed_form(event, records[i], stream);
        form && may_have_wanted(form->instrument, scales)) {
      if (is_scored)
        form->scores = scored.front().scores;
      form->durable_at = segment.stored_at;
      forms.push_back(std::move(*form));
    }
    if (is_scored)
      scored = scored.subspan(1);
  }
  return forms;
}

} // namespace aepro
