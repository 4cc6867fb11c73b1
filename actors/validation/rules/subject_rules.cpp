#include "actors/validation/rules/predicates.hpp"

#include <array>

namespace aepro::rules {

namespace {

using std::string_view;

constexpr string_view sexes[] = {"F", "M", "U", "UNDIFFERENTIATED", "INTERSEX"};
constexpr string_view age_units[] = {"HOURS", "DAYS", "WEEKS", "MONTHS", "YEARS"};
constexpr string_view zero[] = {"0"};
constexpr string_view any_sign[] = {"negative"};

constexpr auto warning = severity::warning;
constexpr auto error = severity::error;

constexpr std::uint8_t at(dm variable) {
  return static_cast<std::uint8_t>(variable);
}

constexpr rule date_form(std::uint16_t number, string_view name, dm variable, string_view shown) {
  return {.row = {number, name, error, shown, "Dates are ISO 8601 and on the calendar",
                  "SD0003, FDAC038"},
          .check = is_date,
          .needs = set_of(variable),
          .first = at(variable)};
}

constexpr rule listed(rule_row row, dm variable, std::span<const string_view> terms) {
  return {.row = row,
          .check = has_listed_term,
          .needs = set_of(variable),
          .first = at(variable),
          .first_terms = terms};
}

constexpr rule implication(rule_row row, dm first, std::span<const string_view> first_terms,
                           dm second, std::span<const string_view> second_terms) {
  return {.row = row,
          .check = implies,
          .needs = set_of(first),
          .first = at(first),
          .second = at(second),
          .first_terms = first_terms,
          .second_terms = second_terms};
}

constexpr rule ordered(rule_row row, dm first, dm second) {
  return {.row = row,
          .check = is_ordered,
          .needs = set_of(first) | set_of(second),
          .first = at(first),
          .second = at(second)};
}

constexpr rule number(rule_row row, dm variable, std::span<const string_view> allowed) {
  return {.row = row,
          .check = is_whole_number,
          .needs = set_of(variable),
          .first = at(variable),
          .first_terms = allowed};
}

constexpr std::array table{
    date_form(400, "rfstdtc-is-a-date", dm::rfstdtc, "RFSTDTC"),
    date_form(401, "rfendtc-is-a-date", dm::rfendtc, "RFENDTC"),
    date_form(402, "rfxstdtc-is-a-date", dm::rfxstdtc, "RFXSTDTC"),
    date_form(403, "rfxendtc-is-a-date", dm::rfxendtc, "RFXENDTC"),
    date_form(404, "rficdtc-is-a-date", dm::rficdtc, "RFICDTC"),
    date_form(405, "rfpendtc-is-a-date", dm::rfpendtc, "RFPENDTC"),
    date_form(406, "dthdtc-is-a-date", dm::dthdtc, "DTHDTC"),
    date_form(407, "dmdtc-is-a-date", dm::dmdtc, "DMDTC"),
    date_form(408, "dsstdtc-is-a-date", dm::dsstdtc, "DSSTDTC"),
    ordered({420, "rfstdtc-is-not-after-rfendtc", error, "RFSTDTC", "RFSTDTC is not after RFENDTC",
             "SD1002, FDAC111"},
            dm::rfstdtc, dm::rfendtc),
    ordered({421, "rfxstdtc-is-not-after-rfxendtc", error, "RFXSTDTC",
             "RFXSTDTC is not after RFXENDTC", "aepro"},
            dm::rfxstdtc, dm::rfxendtc),
    ordered({422, "consent-is-not-after-treatment", warning, "RFICDTC",
             "Informed consent is not after the first treatment", "aepro"},
            dm::rficdtc, dm::rfxstdtc),
    implication({430, "death-date-has-flag", error, "DTHFL", "Where DTHDTC is filled, DTHFL is Y",
                 "SD2004, FDAC201"},
                dm::dthdtc, {}, dm::dthfl, yes),
    implication({431, "death-flag-has-date", warning, "DTHDTC",
                 "Where DTHFL is Y, DTHDTC is filled", "SD2005, FDAC202"},
                dm::dthfl, yes, dm::dthdtc, {}),
    listed({432, "dthfl-is-y-or-n", error, "DTHFL", "Where filled, DTHFL is Y or N",
            "CT2001, FDAC340"},
           dm::dthfl, yes_or_no),
    number({440, "age-is-a-number", warning, "AGE", "AGE is a whole number, not negative",
            "SDTMIG 3.4"},
           dm::age, zero),
    implication(
        {441, "age-has-a-unit", error, "AGEU", "Where AGE is filled, AGEU is", "SD2022, FDAC195"},
        dm::age, {}, dm::ageu, {}),
    listed({442, "ageu-is-a-term", error, "AGEU", "AGEU is a term of its codelist (AGEU)",
            "CT2001, FDAC340"},
           dm::ageu, age_units),
    listed({443, "sex-is-a-term", error, "SEX", "SEX is a term of its codelist (SEX)",
            "CT2001, FDAC340"},
           dm::sex, sexes),
    number(
        {444, "dmdy-is-a-number", warning, "DMDY", "DMDY is a whole number, not 0", "SDTMIG 3.4"},
        dm::dmdy, any_sign),
};

} // namespace

std::span<const rule> subject_rules() {
  return table;
}

} // namespace aepro::rules
