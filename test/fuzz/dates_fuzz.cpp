// Dates: comparison is antisymmetric, and whatever is legal stays within the calendar.
#include "actors/validation/partial_date.hpp"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aepro;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto middle = text.find('|');
  const auto left = parse_partial_date(text.substr(0, middle));
  const auto right =
      parse_partial_date(middle == text.npos ? std::string_view{} : text.substr(middle + 1));
  const auto forth = compare(left, right);
  const auto back = compare(right, left);
  const bool mirrored =
      (forth == date_order::before && back == date_order::after) ||
      (forth == date_order::after && back == date_order::before) ||
      (forth == back && forth != date_order::before && forth != date_order::after);
  if (!mirrored)
    std::abort();
  if (left.legal && (left.part[1] > 12 || left.part[2] > 31 || left.precision > 7))
    std::abort();
  const auto day = study_day(left, right);
  if (day && *day == 0)
    std::abort();
  return 0;
}
