#include "actors/review/decision_scores.hpp"

#include "actors/storage/ledger/big_endian.hpp"

#include <bit>

namespace aepro {

namespace {

/// Cuts one field after the other off the front; beyond the end all are empty.
class field_reader {
public:
  explicit field_reader(std::string_view bytes) : left_(bytes) {}

  bool is_whole() const { return whole_; }

  std::string_view bytes(std::size_t count) {
    whole_ = whole_ && count <= left_.size();
    if (!whole_)
      return {};
    const auto found = left_.substr(0, count);
    left_.remove_prefix(count);
    return found;
  }

  template <class Integer>
  Integer number() {
    const auto found = bytes(sizeof(Integer));
    return whole_ ? get_big_endian<Integer>(found) : Integer{};
  }

  template <class Length>
  std::string_view text() {
    return bytes(number<Length>());
  }

private:
  std::string_view left_;
  bool whole_ = true;
};

constexpr std::size_t head_bytes = 11; ///< Format, rules version, rejection, flags, context.

} // namespace

std::optional<std::vector<scale_score>> decision_scores(std::string_view encoded) {
  field_reader fields(encoded);
  fields.bytes(head_bytes);
  for (auto findings = fields.number<std::uint16_t>(); findings > 0 && fields.is_whole();
       --findings) {
    fields.number<std::uint16_t>();
    fields.text<std::uint8_t>();
    fields.text<std::uint16_t>();
  }
  std::vector<scale_score> scores;
  for (auto count = fields.number<std::uint8_t>(); count > 0 && fields.is_whole(); --count) {
    auto& score = scores.emplace_back();
    score.scale = fields.text<std::uint8_t>();
    score.value = std::bit_cast<double>(fields.number<std::uint64_t>());
    fields.text<std::uint8_t>();
    fields.text<std::uint8_t>();
  }
  if (!fields.is_whole())
    return std::nullopt;
  return scores;
}

} // namespace aepro
