#include "actors/validation/decision_encoder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace aepro {

namespace {

constexpr std::size_t u8_max = 0xff;
constexpr std::size_t u16_max = 0xffff;

template <class List>
std::span<const typename List::value_type> at_most(const List& list, std::size_t count_max) {
  return {list.data(), std::min(list.size(), count_max)};
}

/// Appends big-endian numbers and length-prefixed texts to a buffer that is large enough.
class encoder {
public:
  explicit encoder(char* begin) : begin_(begin), at_(begin) {}

  template <class Integer>
  void number(Integer value) {
    for (int shift = 8 * (static_cast<int>(sizeof(Integer)) - 1); shift >= 0; shift -= 8)
      *at_++ = static_cast<char>(static_cast<std::uint8_t>(value >> shift));
  }

  void short_text(std::string_view text) {
    text = text.substr(0, u8_max);
    number(static_cast<std::uint8_t>(text.size()));
    bytes(text);
  }

  void long_text(std::string_view text) {
    text = text.substr(0, u16_max);
    number(static_cast<std::uint16_t>(text.size()));
    bytes(text);
  }

  std::string_view result() const { return {begin_, static_cast<std::size_t>(at_ - begin_)}; }

private:
  void bytes(std::string_view text) { at_ = std::ranges::copy(text, at_).out; }

  char* begin_;
  char* at_;
};

std::size_t encoded_size_max(const decision& value) {
  std::size_t size = 16;
  for (const auto& row : value.findings)
    size += 5 + row.variable.size() + row.detail.size();
  for (const auto& row : value.scores)
    size += 11 + row.scale.size() + row.band.size() + row.algorithm.size();
  for (const auto& row : value.alerts)
    size += 2 + row.rule.size();
  return size;
}

} // namespace

std::string_view encode_decision(const decision& value, std::uint32_t rules_version,
                                 std::pmr::memory_resource& memory) {
  encoder out(static_cast<char*>(memory.allocate(encoded_size_max(value), 1)));
  out.number(std::uint8_t{1});
  out.number(rules_version);
  out.number(static_cast<std::uint8_t>(value.rejection));
  out.number(static_cast<std::uint8_t>((value.serious ? 1 : 0) | (value.subject_known ? 2 : 0)));
  out.number(value.context_version);
  const auto findings = at_most(value.findings, u16_max);
  out.number(static_cast<std::uint16_t>(findings.size()));
  for (const auto& row : findings) {
    out.number(row.rule);
    out.short_text(row.variable);
    out.long_text(row.detail);
  }
  const auto scores = at_most(value.scores, u8_max);
  out.number(static_cast<std::uint8_t>(scores.size()));
  for (const auto& row : scores) {
    out.short_text(row.scale);
    out.number(std::bit_cast<std::uint64_t>(row.value));
    out.short_text(row.band);
    out.short_text(row.algorithm);
  }
  const auto alerts = at_most(value.alerts, u8_max);
  out.number(static_cast<std::uint8_t>(alerts.size()));
  for (const auto& row : alerts) {
    out.short_text(row.rule);
    out.number(static_cast<std::uint8_t>(row.urgency));
  }
  return out.result();
}

} // namespace aepro
