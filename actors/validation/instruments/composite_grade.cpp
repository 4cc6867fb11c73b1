#include "actors/validation/instruments/composite_grade.hpp"

#include <string_view>

namespace aepro {

namespace {

/// The grades for a last answer of 0 to 4. There is a row for each first answer from 1 to 4; of all
/// three questions five, for a severity of 0 to 4.
using row = std::string_view;

constexpr row frequency[] = {"01123"};
constexpr row severity[] = {"01233"};
constexpr row interference[] = {"01122"};
constexpr row frequency_severity[] = {"11122", "11222", "11233", "11233"};
constexpr row frequency_interference[] = {"11122", "11122", "11233", "11233"};
constexpr row severity_interference[] = {"11122", "11223", "12233", "22233"};
constexpr row all_three[] = {"01122", "11122", "12223", "22233", "22333",  // frequency 1
                             "01122", "11122", "22233", "22233", "22333",  // 2
                             "11122", "11122", "22233", "22333", "22333",  // 3
                             "11122", "11223", "22233", "22333", "22333"}; // 4

/// By the sum over the questions.
constexpr std::span<const row> tables[] = {{},
                                           frequency,
                                           severity,
                                           frequency_severity,
                                           interference,
                                           frequency_interference,
                                           severity_interference,
                                           all_three};

} // namespace

std::optional<int> composite_grade(std::uint8_t asked,
                                   std::span<const std::optional<int>> answers) {
  if (answers.front() == 0)
    return 0;
  for (const auto& answer : answers)
    if (!answer)
      return std::nullopt;
  int number = 0;
  if (answers.size() >= 2)
    number = *answers[0] - 1;
  if (answers.size() == 3)
    number = number * 5 + *answers[1];
  return tables[asked][static_cast<std::size_t>(number)]
               [static_cast<std::size_t>(*answers.back())] -
         '0';
}

} // namespace aepro
