#include "apps/person_options.hpp"

#include "actors/notifier/message_template.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

/// For the audit trail: one line that says something.
std::string find_fault_of_text(const std::string& text) {
  constexpr std::size_t bytes_max = 500;
  if (trim(text).empty())
    return "must not be empty";
  if (text.size() > bytes_max)
    return fmt::format("is longer than {} bytes", bytes_max);
  return escaped(text, escaping::line) == text ? "" : "holds a control character, or is not UTF-8";
}

} // namespace

std::string find_fault_of_id(const std::string& text) {
  constexpr std::size_t digits_max = 18;
  const bool is_number =
      !text.empty() && text.size() <= digits_max &&
      std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
  return is_number ? "" : fmt::format("'{}' is no number of a row", text);
}

void add_person_options(CLI::App& command, person_options& options) {
  command.add_option("--by", options.who, "Who does it")
      ->required()
      ->type_name("WHO")
      ->check(find_fault_of_text);
  command.add_option("--reason", options.reason, "Why; part of the audit trail")
      ->required()
      ->type_name("TEXT")
      ->check(find_fault_of_text);
}

} // namespace aepro
