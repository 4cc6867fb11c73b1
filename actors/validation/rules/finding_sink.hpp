#pragma once

/// Collects findings and words their details, never with free text of patients.

#include "actors/validation/rules/rule.hpp"

#include <memory_resource>
#include <string_view>
#include <vector>

namespace aepro::rules {

/// Builds a short text; what does not fit is left out. Numbers come out the same on every machine.
class detail_text {
public:
  detail_text& operator<<(std::string_view text);
  detail_text& operator<<(std::int64_t number);
  /// The shortest form that reads back to the same number.
  detail_text& operator<<(double number);

  /// Appends `name=` and the value if it is safe to show: a date, a number or a short code; else
  /// its length, because such a field may hold whatever somebody typed.
  detail_text& value(std::string_view name, std::string_view value);

  std::string_view view() const { return {buffer_, size_}; }

private:
  static constexpr std::size_t capacity = 256;
  char buffer_[capacity];
  std::size_t size_ = 0;
};

/// Where rules report. Findings keep the order in which they come: that of the tables.
class finding_sink {
public:
  finding_sink(std::pmr::vector<finding>& findings, std::pmr::memory_resource& memory)
      : findings_(findings), memory_(memory) {}

  /// Reports the rule as broken, on its own variable.
  void add(const rule& broken, std::string_view detail = {}) {
    add(broken, broken.row.variable, detail);
  }
  /// Reports it on another variable; `variable` must be static storage.
  void add(const rule& broken, std::string_view variable, std::string_view detail);

private:
  std::pmr::vector<finding>& findings_;
  std::pmr::memory_resource& memory_;
};

} // namespace aepro::rules
