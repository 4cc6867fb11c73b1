#include "actors/publish/sdtm_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

std::optional<sdtm_domain> parse_domain(std::string_view text) {
  for (const auto domain :
       {sdtm_domain::adverse_events, sdtm_domain::demographics, sdtm_domain::questionnaires})
    if (to_string(domain) == text)
      return domain;
  return std::nullopt;
}

std::string_view to_string(sdtm_domain domain) {
  switch (domain) {
    case sdtm_domain::adverse_events: return "ae";
    case sdtm_domain::demographics: return "dm";
    case sdtm_domain::questionnaires: return "qs";
  }
  return {};
}

std::variant<sdtm_columns, std::string> read_columns(const csv_row& header) {
  if (!header.problem.empty())
    return header.problem;
  sdtm_columns columns;
  for (const auto& field : header.fields) {
    auto name = field.text;
    std::ranges::transform(name, name.begin(), [](char letter) {
      return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
    });
    columns.quoted = columns.quoted || field.quoted;
    if (!columns.index.emplace(name, columns.names.size()).second)
      return fmt::format("the column {} stands twice in the header", name);
    columns.names.push_back(std::move(name));
  }
  return columns;
}

std::optional<sdtm_domain> guess_domain(const sdtm_columns& columns) {
  const auto has = [&](const char* name) { return columns.index.contains(name); };
  const bool ae = has("AETERM") || has("AEDECOD") || has("AESEQ");
  const bool qs = has("QSTESTCD") || has("QSORRES");
  const bool dm = has("SUBJID") || has("RFSTDTC") || has("ARMCD");
  if (!has("USUBJID") || ae + qs + dm != 1)
    return std::nullopt;
  return ae   ? sdtm_domain::adverse_events
         : qs ? sdtm_domain::questionnaires
              : sdtm_domain::demographics;
}

std::optional<std::size_t> sdtm_row::find(std::string_view column) const {
  const auto found = columns_.index.find(std::string(column));
  return found == columns_.index.end() ? std::nullopt : std::optional(found->second);
}

std::string_view sdtm_row::at(std::optional<std::size_t> position) const {
  if (!position)
    return {};
  const auto& field = row_.fields[*position];
  if (columns_.quoted && !field.quoted && field.text == "NA")
    return {};
  return field.text;
}

std::string find_row_problem(const sdtm_columns& columns, const csv_row& row) {
  if (!row.problem.empty())
    return row.problem;
  if (row.fields.size() != columns.names.size())
    return fmt::format("{} fields instead of {}", row.fields.size(), columns.names.size());
  const sdtm_row values(columns, row);
  for (const auto* name : {"STUDYID", "USUBJID"})
    if (values[name].empty())
      return fmt::format("{} is empty: the row belongs to nobody", name);
  return {};
}

} // namespace aepro
