#include "actors/validation/rules/evaluate.hpp"

#include "actors/validation/rules/predicates.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace aepro::rules {

namespace {

/// The last day that it is anywhere on earth at the record's timestamp (UTC+14).
partial_date latest_day_at(unix_milliseconds timestamp) {
  using namespace std::chrono;
  const auto day = floor<days>(sys_time<milliseconds>(milliseconds(timestamp)) + hours(14));
  const year_month_day civil{day};
  partial_date date;
  date.part[0] = static_cast<std::int16_t>(static_cast<int>(civil.year()));
  date.part[1] = static_cast<std::int16_t>(static_cast<unsigned>(civil.month()));
  date.part[2] = static_cast<std::int16_t>(static_cast<unsigned>(civil.day()));
  date.precision = partial_date::date_parts;
  date.legal = true;
  date.day = static_cast<std::int32_t>(day.time_since_epoch().count());
  return date;
}

template <class Variable>
void point_at(record_facts& facts, const variable_texts<Variable>& body) {
  facts.texts = body.table();
  facts.names = variable_table<Variable>();
  facts.filled = body.filled;
  facts.settled = body.yes_no;
}

struct ae_date_row {
  std::string_view name;
  bool of_subject;
  std::uint8_t variable;
};

constexpr std::array<ae_date_row, ae_date_count> ae_dates{{
    {"AESTDTC", false, static_cast<std::uint8_t>(ae::aestdtc)},
    {"AEENDTC", false, static_cast<std::uint8_t>(ae::aeendtc)},
    {"AEDTC", false, static_cast<std::uint8_t>(ae::aedtc)},
    {"AWARENESS_DTC", false, static_cast<std::uint8_t>(ae::awareness_dtc)},
    {"DM.RFSTDTC", true, static_cast<std::uint8_t>(dm::rfstdtc)},
    {"DM.RFICDTC", true, static_cast<std::uint8_t>(dm::rficdtc)},
    {"DM.DTHDTC", true, static_cast<std::uint8_t>(dm::dthdtc)},
    {"DM.DSSTDTC", true, static_cast<std::uint8_t>(dm::dsstdtc)},
}};

std::string_view text_of(const record_facts& facts, const ae_date_row& row) {
  return row.of_subject ? facts.subject.view.table()[row.variable] : facts.texts[row.variable];
}

void fill_dates(record_facts& facts) {
  for (std::size_t i = 0; i < ae_date_count; ++i) {
    const auto& row = ae_dates[i];
    if (row.of_subject)
      continue;
    if (const auto text = text_of(facts, row); !text.empty())
      facts.dates[i] = parse_partial_date(text);
    if (facts.dates[i].legal)
      facts.settled |= variable_set{1} << row.variable;
  }
  facts.start_day = parse_whole_number(facts.text(ae::aestdy));
  facts.end_day = parse_whole_number(facts.text(ae::aeendy));
}

/// The conditions of a table, close together: most rules do not apply to a given record, and their
/// rows need not be read to find that out.
struct conditions {
  struct condition {
    variable_set needs;
    /// The rule holds where these are settled; all ones: never known beforehand.
    variable_set forms;
    const rule* applies;
    std::uint16_t optional_number; ///< 0: not optional.
  };
  std::vector<condition> rows;

  explicit conditions(std::span<const rule> table) {
    for (const auto& rule : table)
      rows.push_back({rule.needs, rule.of_form ? rule.needs : ~variable_set{0}, &rule,
                      rule.optional ? rule.row.number : std::uint16_t{0}});
  }

  void run(const record_facts& facts, finding_sink& sink) const {
    const auto blank = ~facts.filled;
    const auto open = ~facts.settled;
    for (const auto& row : rows) {
      if ((row.needs & blank) != 0 || (row.forms & open) == 0)
        continue;
      if (row.optional_number != 0 && !facts.options.optional_rules.contains(row.optional_number))
        continue;
      row.applies->check(*row.applies, facts, sink);
    }
  }
};

} // namespace

reference_dates parse_reference_dates(const subject_context& subject) {
  reference_dates dates;
  std::size_t i = 0;
  for (const auto& row : ae_dates)
    if (row.of_subject)
      dates[i++] = parse_partial_date(subject.view.table()[row.variable]);
  return dates;
}

void fill_facts(record_facts& facts, const reference_dates* reference) {
  const auto& event = facts.event;
  if (const auto* report = std::get_if<adverse_event_view>(&event.body)) {
    point_at(facts, *report);
    fill_dates(facts);
    const auto known = reference != nullptr ? *reference : parse_reference_dates(facts.subject);
    std::ranges::copy(known, facts.dates.begin() + ae_date_count - reference_date_count);
    if (facts.timestamp >= 0)
      facts.latest_day = latest_day_at(facts.timestamp);
  } else if (const auto* form = std::get_if<questionnaire_response_view>(&event.body)) {
    point_at(facts, *form);
  } else if (const auto* subject = std::get_if<subject_view>(&event.body)) {
    point_at(facts, *subject);
  }
}

named_date record_facts::named(ae_date which) const {
  const auto& row = ae_dates[static_cast<std::size_t>(which)];
  return {row.name, text_of(*this, row), date(which)};
}

void evaluate(const record_facts& facts, finding_sink& sink) {
  static const conditions envelope(envelope_rules());
  static const conditions adverse_event(adverse_event_rules());
  static const conditions questionnaire(questionnaire_rules());
  static const conditions subject(subject_rules());
  envelope.run(facts, sink);
  switch (facts.event.kind) {
    case event_kind::none: break;
    case event_kind::adverse_event: adverse_event.run(facts, sink); break;
    case event_kind::questionnaire_response: questionnaire.run(facts, sink); break;
    case event_kind::subject: subject.run(facts, sink); break;
  }
}

} // namespace aepro::rules
