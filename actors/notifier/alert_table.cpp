#include "actors/notifier/alert_table.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/message_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

/// The last four are the full-width forms, which spreadsheets with an East Asian input take as
/// well.
constexpr std::array<std::string_view, 8> formula_signs{"=", "+", "-", "@", "＝", "＋", "－", "＠"};

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Blanks do not protect: some spreadsheets cut them off.
bool looks_like_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return std::ranges::any_of(formula_signs,
                             [&](std::string_view sign) { return text.starts_with(sign); });
}

} // namespace

std::string csv_cell(std::string_view text) {
  const auto line = escaped(text, escaping::line);
  std::string cell = looks_like_formula(line) ? "'" : "";
  for (const char letter : line)
    cell.append(letter == '"' ? 2 : 1, letter);
  return cell.find_first_of(",\"; ") == std::string::npos ? cell : '"' + cell + '"';
}

std::string record_text(const notification& what) {
  if (what.stream.topic.empty())
    return {};
  return fmt::format("{}/{}/{}", what.stream.topic, what.stream.partition, what.offset);
}

std::string alert_table(std::span<const planned_delivery> deliveries, std::size_t recipient) {
  std::string table(byte_order_mark);
  table += "id,rule,urgency,study,site,subject,record,produced_at,detail,key\r\n";
  for (const auto& one : deliveries)
    table += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", one.what.id, csv_cell(one.what.rule),
                         name_of(one.what.urgency), csv_cell(one.what.study),
                         csv_cell(one.what.site), csv_cell(one.what.subject),
                         csv_cell(record_text(one.what)), instant_text(one.what.produced_at),
                         csv_cell(one.what.detail), csv_cell(one.messages.at(recipient).key));
  return table;
}

} // namespace aepro
