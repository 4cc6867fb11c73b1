/// The adverse events of a synthetic trial.

#include "actors/simulate/event_maker.hpp"
#include "actors/simulate/wire_writer.hpp"

#include <fmt/format.h>

#include <array>

namespace aepro {

namespace {

constexpr std::uint64_t content_purpose = 7;

/// Field numbers of AdverseEvent.
enum field : std::uint32_t {
  report_id = 1,
  report_version = 2,
  report_kind_field = 3,
  aeterm = 4,
  aedecod = 5,
  aesev = 6,
  aeser = 7,
  aestdtc = 8,
  aeendtc = 9,
  aeout = 10,
  aerel = 11,
  aeacn = 12,
  aeenrtpt = 14,
  aeseq = 15,
  aesdth = 16,
  aeslife = 17,
  aeshosp = 18,
  aesdisab = 19,
  aescong = 20,
  aesmie = 21,
  aellt = 25,
  aebodsys = 32,
  aesoc = 34,
  aestdy = 40,
  aeendy = 41,
  aeexpected = 45,
  aesuspected = 46,
  suspect_product = 47,
  reporter = 48
};

/// What makes a report serious, in the order of the fields from aesdth on.
struct criteria {
  std::array<bool, 6> met{};
  bool death() const { return met[0]; }
  bool life_threatening() const { return met[1]; }
};

struct drawn_report {
  criteria why;
  bool aeser = false;
  bool suspected = false, expected = true;
  bool is_serious() const { return aeser || why.death(); }
};

drawn_report draw_seriousness(const trouble_shares& shares, random_stream& random) {
  drawn_report report;
  if (random.chance(shares.serious)) {
    report.aeser = true;
    // Mostly hospitalisation; deaths and threats to life are rare.
    static constexpr std::array<std::uint8_t, 10> likely = {2, 2, 2, 2, 2, 5, 5, 1, 3, 0};
    report.why.met[likely[random.below(likely.size())]] = true;
  } else if (random.chance(shares.quiet_death)) {
    report.why.met[0] = true;
  }
  report.suspected = random.below(3) == 0;
  report.expected = random.below(4) != 0;
  return report;
}

void expect_alerts(const drawn_report& report, report_stage stage, simulated_record& record) {
  record.serious = report.is_serious();
  record.alert_count = 0;
  if (!record.serious)
    return;
  const auto add = [&](std::string_view rule) {
    record.alert_storage[record.alert_count++] = rule;
  };
  if (stage == report_stage::nullification)
    return add("serious-report-nullified");
  add("serious-adverse-event");
  if (report.why.death() || report.why.life_threatening())
    add("fatal-or-life-threatening");
  if (report.suspected && !report.expected)
    add("suspected-unexpected-serious");
}

/// Study day: the first day of treatment is 1, the day before it -1.
std::string study_day(std::int64_t day, std::int64_t first_day) {
  return std::to_string(day - first_day + (day >= first_day ? 1 : 0));
}

void write_course(const drawn_report& report, std::int64_t today, const trial_subject& subject,
                  random_stream& random, wire_writer& out) {
  const auto start = subject.first_day + 1 +
                     random.below(static_cast<std::uint32_t>(today - subject.first_day - 1));
  const auto end = start + random.below(static_cast<std::uint32_t>(today - start));
  out.text(aestdtc, date_text(start));
  out.text(aestdy, study_day(start, subject.first_day));
  std::string_view outcome = "NOT RECOVERED/NOT RESOLVED";
  bool ended = false;
  if (report.why.death()) {
    outcome = "FATAL";
    ended = true;
  } else if (random.below(2) == 0) {
    outcome = "RECOVERED/RESOLVED";
    ended = true;
  } else if (random.below(2) == 0) {
    outcome = "RECOVERING/RESOLVING";
  }
  if (ended) {
    out.text(aeendtc, date_text(end));
    out.text(aeendy, study_day(end, subject.first_day));
  } else if (random.below(5) != 0) {
    out.text(aeenrtpt, "ONGOING"); // The others leave a validator something to say.
  }
  out.text(aeout, outcome);
}

} // namespace

void write_adverse_event(const trial_plan& plan, std::uint64_t event, const event_form& form,
                         const trial_subject& subject, simulated_record& record,
                         std::string& body) {
  static constexpr std::array<std::string_view, 3> severities = {"MILD", "MODERATE", "SEVERE"};
  static constexpr std::array<std::string_view, 4> relations = {"NONE", "REMOTE", "POSSIBLE",
                                                                "PROBABLE"};
  static constexpr std::array<std::string_view, 4> actions = {
      "DOSE NOT CHANGED", "DRUG INTERRUPTED", "DOSE REDUCED", "DRUG WITHDRAWN"};
  auto random = plan.stream(event, content_purpose);
  const auto root = plan.root_of(event);
  const auto stage = root == event ? report_stage::initial : plan.stage_of(event);
  const auto report = draw_seriousness(plan.options().troubles, random);
  const auto& words = complaints()[random.below(static_cast<std::uint32_t>(complaints().size()))];
  wire_writer out(body);
  out.text(report_id, fmt::format("{}-{:07}", subject.study, root + 1));
  out.number(report_version, static_cast<std::uint64_t>(stage) + 1);
  out.number(report_kind_field, stage == report_stage::initial     ? 1
                                : stage == report_stage::follow_up ? 2
                                                                   : 4);
  if (form.flaw != rejection::term_missing)
    out.text(aeterm, form.altered ? fmt::format("{} (corrected)", words.reported)
                                  : std::string(words.reported));
  out.text(aedecod, words.decoded);
  out.text(aesev, severities[report.is_serious() ? 2 : random.below(3)]);
  out.text(aeser, report.aeser ? "Y" : "N");
  write_course(report, plan.time_of(event) / 86'400'000, subject, random, out);
  out.text(aerel, relations[random.below(relations.size())]);
  out.text(aeacn, actions[random.below(3) == 0 ? random.below(actions.size()) : 0]);
  out.text(aeseq, std::to_string(event + 1));
  for (std::uint32_t i = 0; i < report.why.met.size(); ++i)
    out.text(aesdth + i, report.why.met[i] ? "Y" : "N");
  out.text(aellt, words.decoded);
  out.text(aebodsys, words.body_system);
  out.text(aesoc, words.body_system);
  out.text(aeexpected, report.expected ? "Y" : "N");
  out.text(aesuspected, report.suspected ? "Y" : "N");
  out.text(suspect_product, "STUDY DRUG 10 MG");
  out.text(reporter, "PHYSICIAN");
  record.score_count = 0;
  expect_alerts(report, stage, record);
}

} // namespace aepro
