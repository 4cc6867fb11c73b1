#include "actors/publish/response_grouping.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

bool is_total_row(std::string_view test_code, std::string_view test_name) {
  std::string name(test_name);
  std::ranges::transform(name, name.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
  });
  return test_code.ends_with("TOT") || name.find("TOTAL") != std::string::npos;
}

std::optional<bad_row> response_grouping::add(const sdtm_columns& columns, const csv_row& row) {
  if (auto problem = find_row_problem(columns, row); !problem.empty())
    return bad_row{row.line, std::move(problem)};
  const sdtm_row values(columns, row);
  for (const auto* name : {"QSTESTCD", "QSCAT"})
    if (values[name].empty())
      return bad_row{row.line, fmt::format("{} is empty: the answer belongs to no question", name)};
  const form_key key{std::string(values["STUDYID"]), std::string(values["USUBJID"]),
                     std::string(values["QSCAT"]),   std::string(values["VISITNUM"]),
                     std::string(values["VISIT"]),   std::string(values["QSDTC"].substr(0, 10))};
  auto& form = forms_[key];
  // Of several times on one day the latest is when the form was completed.
  form.date_time = std::max(form.date_time, std::string(values["QSDTC"]));
  form.site = std::max(form.site, std::string(values["SITEID"]));
  form.language = std::max(form.language, std::string(values["QSLANG"]));
  const auto value = values["QSSTRESC"].empty() ? values["QSORRES"] : values["QSSTRESC"];
  if (is_total_row(values["QSTESTCD"], values["QSTEST"]) && !form.has_total) {
    form.has_total = true;
    form.total = value;
    return std::nullopt;
  }
  std::string missing;
  if (value.empty())
    missing = values["QSREASND"].empty() ? values["QSSTAT"] : values["QSREASND"];
  form.answers.push_back({std::string(values["QSTESTCD"]), std::string(value), std::move(missing)});
  return std::nullopt;
}

published_event response_grouping::make_event(const form_key& key, form& one) const {
  std::ranges::sort(one.answers);
  v1::Event event;
  event.set_study(key.study);
  event.set_site(one.site);
  event.set_subject(key.subject);
  event.set_source_system(source_system_);
  auto& body = *event.mutable_questionnaire_response();
  body.set_response_id(
      fmt::format("{}/{}/{}/{}", key.subject, key.category, key.visitnum, key.date));
  body.set_response_version(1);
  body.set_status(v1::RESPONSE_STATUS_COMPLETED);
  body.set_instrument(key.category);
  body.set_visit(key.visit);
  body.set_visitnum(key.visitnum);
  body.set_language(one.language);
  body.set_device_total(one.total);
  if (const auto instant = parse_instant(one.date_time)) {
    *event.mutable_recorded_at() = *instant;
    *body.mutable_completed_at() = *instant;
  }
  for (auto& answer : one.answers) {
    auto& out = *body.add_answers();
    out.set_link_id(answer.link_id);
    out.set_value(answer.value);
    out.set_missing_reason(answer.missing_reason);
  }
  return finish_event(event, event_kind::questionnaire_response,
                      fmt::format("{}\nQS\n{}\n{}\n{}\n{}\n{}", key.study, key.subject,
                                  key.category, key.visitnum, key.visit, key.date));
}

std::vector<published_event> response_grouping::take_subject(std::string_view study,
                                                             std::string_view subject) {
  std::vector<published_event> events;
  auto at = forms_.lower_bound(form_key{std::string(study), std::string(subject), {}, {}, {}, {}});
  while (at != forms_.end() && at->first.study == study && at->first.subject == subject) {
    events.push_back(make_event(at->first, at->second));
    at = forms_.erase(at);
  }
  return events;
}

} // namespace aepro
