#include "actors/storage/sql_review_rows.hpp"

#include "actors/storage/sql_notification_rows.hpp"
#include "messages/score_alert.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace aepro {

namespace {

using nlohmann::json;

/// A line for each: many are read for each form that comes. Names have no tabs.
std::string scores_text(const std::vector<scale_score>& scores) {
  std::string text;
  for (const auto& [scale, value] : scores)
    text += fmt::format("{}\t{}\n", scale, value);
  return text;
}

std::vector<scale_score> scores_of(std::string_view text) {
  std::vector<scale_score> scores;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto tab = line.find('\t');
    const auto value = parse_finite(tab == line.npos ? "" : line.substr(tab + 1));
    if (value)
      scores.push_back({std::string(line.substr(0, tab)), *value});
  }
  return scores;
}

/// What the history's own rows do not say is as if it were not there: it is no evidence.
std::vector<json> list_of(const std::string& text, std::size_t size) {
  std::vector<json> rows;
  const auto list = json::parse(text, nullptr, false);
  if (list.is_array())
    for (const auto& one : list)
      if (one.is_array() && one.size() == size)
        rows.push_back(one);
  return rows;
}

std::string raised_text(const std::vector<raised_change>& raised) {
  json list = json::array();
  for (const auto& one : raised)
    list.push_back({one.alert, one.scale, static_cast<int>(one.since), one.rises,
                    static_cast<int>(one.urgency), one.told});
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<raised_change> raised_of(const std::string& text) {
  std::vector<raised_change> raised;
  for (const auto& one : list_of(text, 6))
    if (one[0].is_string() && one[1].is_string() && one[2].is_number() && one[3].is_boolean() &&
        one[4].is_number() && one[5].is_boolean())
      raised.push_back({one[0].get<std::string>(), one[1].get<std::string>(),
                        static_cast<change_reference>(one[2].get<int>()), one[3].get<bool>(),
                        static_cast<urgency>(one[4].get<int>()), one[5].get<bool>()});
  return raised;
}

} // namespace

std::vector<sql_value> form_values(const std::string& history_key, const reviewed_form& form) {
  return {history_key,
          form.form_id,
          form.version,
          form.at,
          std::int64_t{form.local_day},
          text_value(form.stream.topic),
          std::int64_t{form.stream.partition},
          form.offset,
          scores_text(form.scores),
          raised_text(form.raised),
          text_value(form.site),
          form.produced_at,
          form.durable_at,
          static_cast<std::int64_t>(form.origin)};
}

reviewed_form form_of(const sql_row& row) {
  reviewed_form form;
  form.form_id = row[0].text;
  form.version = row[1].number;
  form.at = row[2].number;
  form.local_day = static_cast<std::int32_t>(row[3].number);
  form.stream = {row[4].text, static_cast<std::int32_t>(row[5].number)};
  form.offset = row[6].number;
  form.scores = scores_of(row[7].text);
  form.raised = raised_of(row[8].text);
  form.site = row[9].text;
  form.produced_at = row[10].number;
  form.durable_at = row[11].number;
  form.origin = static_cast<event_origin>(row[12].number);
  return form;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.insert(line);
  return lines;
}

std::string text_of_lines(const std::set<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += line + '\n';
  return text;
}

bool add_forms(form_page& page, form_list forms, std::size_t forms_max) {
  for (auto& form : forms) {
    if (form.offset < page.next_offset)
      continue;
    if (form.offset >= page.end_offset)
      break;
    if (page.forms.size() == forms_max) {
      page.next_offset = form.offset;
      return false;
    }
    page.forms.push_back(std::move(form));
  }
  return true;
}

} // namespace aepro
