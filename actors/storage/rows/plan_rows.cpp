#include "actors/storage/rows/plan_rows.hpp"

#include <algorithm>

namespace aepro {

namespace {

row_origin origin_of(const group_plan& plan, std::size_t batch, std::size_t record) {
  const auto& input = plan.inputs()[batch];
  const auto& raw = input.batch->raw->records[record];
  return {input.stream->id, raw.offset, raw.timestamp};
}

/// Calls `visit(batch, record, verdict)` for each record that has more than an event row, until it
/// returns false.
template <class Visit>
bool for_each_noted(const group_plan& plan, Visit visit) {
  for (std::size_t batch = 0; batch < plan.batches().size(); ++batch) {
    const auto& planned = plan.batches()[batch];
    for (const auto record : planned.noted)
      if (!visit(batch, record, planned.verdicts[record]))
        return false;
  }
  return true;
}

const decided_record& decided(const group_plan& plan, std::size_t batch, std::size_t record) {
  return plan.inputs()[batch].batch->records[record];
}

bool raises_alerts(verdict value) {
  return value != verdict::duplicate;
}

bool contradicts_a_report(const decided_record& record, verdict value) {
  return value == verdict::conflict && record.event.kind == event_kind::adverse_event;
}

/// Calls `visit(batch, record)` for each adverse event that is late, until it returns false.
template <class Visit>
bool for_each_late_report(const group_plan& plan, Visit visit) {
  for (std::size_t batch = 0; batch < plan.batches().size(); ++batch)
    for (const auto record : plan.batches()[batch].late)
      if (late_alert(decided(plan, batch, record).event) && !visit(batch, record))
        return false;
  return true;
}

} // namespace

std::vector<planned_subject> find_subjects(const group_plan& plan) {
  std::vector<planned_subject> subjects;
  for (const auto& row : plan.rows()) {
    if (row.kind != event_kind::subject)
      continue;
    const auto& event = plan.decided(row).event;
    subjects.push_back({row.batch, row.record, subject_row_key(event.study, event.subject), 0});
  }
  std::sort(subjects.begin(), subjects.end(),
            [](const planned_subject& left, const planned_subject& right) {
              return left.batch != right.batch ? left.batch < right.batch
                                               : left.record < right.record;
            });
  return subjects;
}

void assign_versions(std::span<planned_subject> subjects,
                     const std::map<event_key, std::uint32_t>& latest) {
  auto versions = latest;
  for (auto& subject : subjects)
    subject.version = ++versions[subject.subject];
}

bool write_events(const group_plan& plan, event_kind kind, const insertion_instant& at,
                  row_writer& writer, row_sink& sink) {
  for (const auto& row : plan.rows()) {
    if (row.kind != kind)
      continue;
    const auto& record = plan.decided(row);
    const auto origin = origin_of(plan, row.batch, row.record);
    if (!sink.add(writer.event(origin, record, plan.lateness_ms(row, at))))
      return false;
  }
  return true;
}

std::array<std::size_t, 4> count_events(const group_plan& plan) {
  std::array<std::size_t, 4> counts{};
  for (const auto& row : plan.rows())
    ++counts[static_cast<std::size_t>(row.kind)];
  return counts;
}

bool write_findings(const group_plan& plan, row_writer& writer, row_sink& sink) {
  return for_each_noted(plan, [&](std::size_t batch, std::size_t record, verdict value) {
    if (value != verdict::accepted)
      return true;
    for (const auto& finding : decided(plan, batch, record).decision.findings)
      if (!sink.add(writer.finding(origin_of(plan, batch, record), finding)))
        return false;
    return true;
  });
}

bool write_alerts(const group_plan& plan, row_writer& writer, row_sink& sink) {
  const bool decided_ones = for_each_noted(plan, [&](std::size_t batch, std::size_t record,
                                                     verdict value) {
    if (!raises_alerts(value))
      return true;
    const auto& source = decided(plan, batch, record);
    for (const auto& alert : source.decision.alerts)
      if (!sink.add(writer.alert(origin_of(plan, batch, record), source, alert)))
        return false;
    return !contradicts_a_report(source, value) ||
           sink.add(writer.alert(origin_of(plan, batch, record), source, conflicting_report_alert));
  });
  return decided_ones && for_each_late_report(plan, [&](std::size_t batch, std::size_t record) {
           return sink.add(writer.alert(origin_of(plan, batch, record),
                                        decided(plan, batch, record),
                                        *late_alert(decided(plan, batch, record).event)));
         });
}

bool write_dead_letters(const group_plan& plan, row_writer& writer, row_sink& sink) {
  return for_each_noted(plan, [&](std::size_t batch, std::size_t record, verdict value) {
    if (value != verdict::rejected)
      return true;
    const auto reason = decided(plan, batch, record).decision.rejection;
    return sink.add(writer.dead_letter(origin_of(plan, batch, record), reason));
  });
}

bool write_conflicts(const group_plan& plan, row_writer& writer, row_sink& sink) {
  for (std::size_t batch = 0; batch < plan.batches().size(); ++batch)
    for (const auto& repeat : plan.batches()[batch].repeats) {
      if (plan.batches()[batch].verdicts[repeat.record] != verdict::conflict)
        continue;
      const row_reference first{repeat.first_stream->id, repeat.first_offset};
      if (!sink.add(writer.conflict(origin_of(plan, batch, repeat.record),
                                    decided(plan, batch, repeat.record), first)))
        return false;
    }
  return true;
}

bool write_subjects(const group_plan& plan, std::span<const planned_subject> subjects,
                    row_writer& writer, row_sink& sink) {
  for (const auto& subject : subjects) {
    const auto& event = decided(plan, subject.batch, subject.record).event;
    if (!sink.add(
            writer.subject(origin_of(plan, subject.batch, subject.record), event, subject.version)))
      return false;
  }
  return true;
}

side_row_counts count_side_rows(const group_plan& plan) {
  side_row_counts counts;
  for_each_noted(plan, [&](std::size_t batch, std::size_t record, verdict value) {
    const auto& source = decided(plan, batch, record);
    const auto& decision = source.decision;
    if (value == verdict::accepted)
      counts.findings += decision.findings.size();
    if (raises_alerts(value))
      counts.alerts += decision.alerts.size() + (contradicts_a_report(source, value) ? 1 : 0);
    counts.dead_letters += value == verdict::rejected ? 1 : 0;
    counts.conflicts += value == verdict::conflict ? 1 : 0;
    return true;
  });
  for_each_late_report(plan, [&](std::size_t, std::size_t) { return ++counts.alerts > 0; });
  return counts;
}

} // namespace aepro
