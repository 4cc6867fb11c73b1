#include "actors/storage/rows/case_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace aepro {

namespace {

/// A record that belongs to no report is a case of its own.
void name_case(case_version& version) {
  if (version.report_id.empty())
    version.report_id =
        fmt::format("{}/{}/{}", version.stream.topic, version.stream.partition, version.offset);
}

void note(case_version& version, const std::string& rule) {
  version.serious = version.serious || rule != "serious-report-nullified";
  version.grave = version.grave || rule == "fatal-or-life-threatening";
  version.unexpected = version.unexpected || rule == "suspected-unexpected-serious";
  version.nullifies = version.nullifies || rule == "serious-report-nullified";
}

} // namespace

case_page make_case_page(std::int64_t begin_offset, std::int64_t end_offset,
                         std::vector<clock_alert_row> alerts, std::size_t alerts_limit,
                         std::vector<case_version> nullifications,
                         std::size_t nullifications_limit) {
  case_page page{{}, begin_offset, end_offset};
  if (alerts.size() >= alerts_limit) // The last record may have more.
    page.next_offset = std::min(page.next_offset, alerts.back().record.offset);
  if (nullifications.size() >= nullifications_limit)
    page.next_offset = std::min(page.next_offset, nullifications.back().offset + 1);
  std::map<std::int64_t, case_version> records;
  for (auto& [record, rule] : alerts)
    note(records.try_emplace(record.offset, std::move(record)).first->second, rule);
  for (auto& one : nullifications)
    records.try_emplace(one.offset, std::move(one)).first->second.nullifies = true;
  for (auto& [offset, version] : records) {
    if (offset >= page.next_offset)
      break;
    name_case(version);
    page.versions.push_back(std::move(version));
  }
  return page;
}

} // namespace aepro
