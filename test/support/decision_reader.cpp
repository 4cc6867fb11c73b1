#include "test/support/decision_reader.hpp"

#include <bit>

namespace aepro::test {

namespace {

class reader {
public:
  explicit reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char byte : take(bytes))
      value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
  }
  std::string text(std::size_t length_bytes) { return std::string(take(number(length_bytes))); }
  bool is_good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

private:
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) {
      good_ = false;
      count = rest_.size();
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  bool good_ = true;
};

} // namespace

std::optional<read_decision> read(std::string_view bytes) {
  reader in(bytes);
  read_decision result;
  if (in.number(1) != 1)
    return std::nullopt;
  result.rules_version = static_cast<std::uint32_t>(in.number(4));
  result.rejection = static_cast<std::uint8_t>(in.number(1));
  const auto flags = in.number(1);
  result.serious = (flags & 1) != 0;
  result.subject_known = (flags & 2) != 0;
  result.context_version = static_cast<std::uint32_t>(in.number(4));
  for (auto count = in.number(2); count > 0 && in.is_good(); --count) {
    const auto rule = static_cast<std::uint16_t>(in.number(2));
    auto variable = in.text(1);
    result.findings.push_back({rule, std::move(variable), in.text(2)});
  }
  for (auto count = in.number(1); count > 0 && in.is_good(); --count) {
    read_score row;
    row.scale = in.text(1);
    row.value = std::bit_cast<double>(in.number(8));
    row.band = in.text(1);
    row.algorithm = in.text(1);
    result.scores.push_back(std::move(row));
  }
  for (auto count = in.number(1); count > 0 && in.is_good(); --count) {
    auto rule = in.text(1);
    result.alerts.push_back({std::move(rule), static_cast<std::uint8_t>(in.number(1))});
  }
  if (!in.is_good() || !in.at_end() || flags > 3)
    return std::nullopt;
  return result;
}

} // namespace aepro::test
