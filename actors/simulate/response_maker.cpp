/// The questionnaire responses of a synthetic trial.

#include "actors/simulate/event_maker.hpp"
#include "actors/simulate/wire_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace aepro {

namespace {

constexpr std::uint64_t content_purpose = 7;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t minute_ms = 60'000;

/// Field numbers of QuestionnaireResponse and Answer.
enum field : std::uint32_t {
  response_id = 1,
  response_version = 2,
  status = 3,
  instrument = 4,
  instrument_version = 5,
  visit = 6,
  visitnum = 7,
  language = 8,
  started_at = 9,
  completed_at = 10,
  received_at = 11,
  answers = 12,
  device_total = 13,
  planned_dtc = 14,
  window_days = 15,
  answer_link_id = 1,
  answer_value = 2,
  answer_missing_reason = 3
};

struct band {
  int from;
  std::string_view name;
};
constexpr band phq9_bands[] = {
    {0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "moderately severe"}, {20, "severe"}};
constexpr band gad7_bands[] = {{0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "severe"}};

struct form_kind {
  std::string_view instrument, link_prefix;
  std::uint32_t items;
  std::uint32_t highest; ///< Answer.
  std::uint32_t
      skipped_max; ///< Up to so many missing answers are replaced by the mean of the others.
  std::span<const band> bands;
};
constexpr form_kind form_kinds[] = {
    {"PHQ-9", "PHQ01", 9, 3, 2, phq9_bands},
    {"GAD-7", "GAD01", 7, 3, 0, gad7_bands},
    {"PAIN-NRS", "NRS01", 1, 10, 0, {}},
};

struct drawn_answers {
  std::array<int, 9> value{}; ///< -1: skipped.
  std::uint32_t count = 0;
  int sum = 0;
  std::uint32_t answered = 0;
};

drawn_answers draw_answers(const form_kind& kind, const trouble_shares& shares,
                           random_stream& random) {
  drawn_answers drawn{{}, kind.items, 0, 0};
  const bool is_phq9 = kind.items == 9;
  // A mood of the whole form: its answers go together, so that every band comes up.
  const auto mood = random.below(kind.highest + 1);
  for (std::uint32_t i = 0; i < kind.items; ++i)
    drawn.value[i] = static_cast<int>((random.below(kind.highest + 1) + mood) /
                                      (kind.items == 1 ? 2 : 1) % (kind.highest + 1));
  if (is_phq9)
    drawn.value[8] = random.chance(shares.item_9) ? 1 + static_cast<int>(random.below(3)) : 0;
  if (random.chance(shares.skipped)) {
    const auto skipped = 1 + random.below(std::min<std::uint32_t>(3, kind.items));
    for (std::uint32_t i = 0; i < skipped; ++i)
      drawn.value[random.below(kind.items)] = -1;
  }
  for (std::uint32_t i = 0; i < kind.items; ++i)
    if (drawn.value[i] >= 0) {
      drawn.sum += drawn.value[i];
      ++drawn.answered;
    }
  return drawn;
}

void expect_score(const form_kind& kind, const drawn_answers& drawn, simulated_record& record) {
  record.serious = false;
  record.score_count = 0;
  record.alert_count = 0;
  if (kind.items == 9 && drawn.value[8] > 0)
    record.alert_storage[record.alert_count++] = "phq9-item-9";
  if (kind.items - drawn.answered > kind.skipped_max)
    return;
  const double value = static_cast<double>(drawn.sum) * kind.items / drawn.answered;
  std::string_view name;
  for (const auto& one : kind.bands)
    if (value >= one.from)
      name = one.name;
  record.score_storage[record.score_count++] = {kind.instrument, value, name};
}

void write_answers(const form_kind& kind, const drawn_answers& drawn, wire_writer& out) {
  std::string answer;
  for (std::uint32_t i = 0; i < kind.items; ++i) {
    answer.clear();
    wire_writer fields(answer);
    char link[8] = {};
    fmt::format_to_n(link, sizeof link, "{}{:02}", kind.link_prefix, i + 1);
    fields.text(answer_link_id, {link, kind.link_prefix.size() + 2});
    if (drawn.value[i] < 0)
      fields.text(answer_missing_reason, "SKIPPED");
    else
      fields.text(answer_value, std::to_string(drawn.value[i]));
    out.message(answers, answer);
  }
}

} // namespace

void write_response(const trial_plan& plan, std::uint64_t event, const event_form& form,
                    const trial_subject& subject, simulated_record& record, std::string& body) {
  auto random = plan.stream(event, content_purpose);
  const auto& shares = plan.options().troubles;
  const auto& kind = form_kinds[random.below(3)];
  const auto drawn = draw_answers(kind, shares, random);
  const auto week = 2 * (1 + random.below(12));
  const auto time = plan.time_of(event);
  const auto offset = subject.country.offset_minutes;
  const auto today = (time + offset * minute_ms) / day_ms;
  const bool late = random.chance(shares.late);
  wire_writer out(body);
  out.text(response_id, fmt::format("{}/{}/{}", subject.id, kind.instrument, event + 1));
  out.number(response_version, 1);
  out.number(status, 2);
  if (form.flaw != rejection::instrument_missing)
    out.text(instrument, kind.instrument);
  out.text(instrument_version, "1");
  out.text(visit, fmt::format("WEEK {}{}", week, form.altered ? " (corrected)" : ""));
  out.text(visitnum, std::to_string(week / 2 + 2));
  out.text(language, subject.country.language);
  out.instant(started_at, time - 10 * minute_ms, offset);
  out.instant(completed_at, time - 2 * minute_ms, offset);
  out.instant(received_at, time - minute_ms, offset);
  write_answers(kind, drawn, out);
  if (drawn.answered == kind.items)
    out.text(device_total, std::to_string(drawn.sum + (random.chance(shares.wrong_total) ? 1 : 0)));
  out.text(planned_dtc, date_text(today - (late ? 20 : random.below(3))));
  out.text(window_days, "7");
  expect_score(kind, drawn, record);
}

} // namespace aepro
