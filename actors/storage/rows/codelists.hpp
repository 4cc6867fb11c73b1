#pragma once

/// Small numbers for the values of CDISC's closed codelists, as `event` stores them.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace aepro {

/// Values in code order; the first has code 1. Codes never change. Source: CDISC CT, AESEV
/// (C66769), OUT (C66768), ACN (C66767).
std::span<const std::string_view> severity_codelist();
std::span<const std::string_view> outcome_codelist();
std::span<const std::string_view> action_codelist();

/// Returns the code of `value`, exactly as written in the list; nothing where it is not in it.
std::optional<std::int64_t> code_of(std::span<const std::string_view> codelist,
                                    std::string_view value);

} // namespace aepro
