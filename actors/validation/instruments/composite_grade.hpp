#pragma once

/// The composite grade of a PRO-CTCAE symptom.

#include <cstdint>
#include <optional>
#include <span>

namespace aepro {

/// What a question on a symptom asks for. The sum over a symptom's questions, 1 to 7, says which it
/// has.
inline constexpr std::uint8_t asks_frequency = 1;
inline constexpr std::uint8_t asks_severity = 2;
inline constexpr std::uint8_t asks_interference = 4;

/// Returns the grade of a symptom, 0 to 3, or nothing where an answer that it needs is missing.
/// `asked` is the sum over its questions. `answers` has one element for each of them, 0 to 4 or
/// missing, in the order frequency, severity, interference. Where the first answer is 0 so is the
/// grade, whatever is missing: electronic forms ask nothing more about a symptom that was not
/// there. Source: Basch et al., Clinical Trials 2021.
std::optional<int> composite_grade(std::uint8_t asked, std::span<const std::optional<int>> answers);

} // namespace aepro
