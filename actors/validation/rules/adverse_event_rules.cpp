#include "actors/validation/rules/adverse_event_checks.hpp"
#include "actors/validation/rules/predicates.hpp"

#include <array>

namespace aepro::rules {

namespace {

using std::string_view;

// Terms of CDISC controlled terminology; none of these codelists may be extended (DOMAIN, "Terms").
constexpr string_view severities[] = {"MILD", "MODERATE", "SEVERE"};
constexpr string_view outcomes[] = {"RECOVERED/RESOLVED",
                                    "RECOVERING/RESOLVING",
                                    "NOT RECOVERED/NOT RESOLVED",
                                    "RECOVERED/RESOLVED WITH SEQUELAE",
                                    "FATAL",
                                    "UNKNOWN"};
constexpr string_view actions[] = {"DOSE INCREASED",   "DOSE NOT CHANGED", "DOSE REDUCED",
                                   "DRUG INTERRUPTED", "DRUG WITHDRAWN",   "NOT APPLICABLE",
                                   "UNKNOWN"};
constexpr string_view end_relations[] = {"AFTER", "BEFORE", "COINCIDENT", "ONGOING", "UNKNOWN"};
constexpr string_view fatal[] = {"FATAL"};
constexpr string_view recovered[] = {"RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE"};
constexpr string_view not_recovered[] = {"NOT RECOVERED/NOT RESOLVED"};
constexpr string_view other[] = {"OTHER"};
constexpr string_view multiple[] = {"MULTIPLE"};

constexpr auto info = severity::info;
constexpr auto warning = severity::warning;
constexpr auto error = severity::error;

constexpr std::uint8_t at(ae variable) {
  return static_cast<std::uint8_t>(variable);
}
constexpr std::uint8_t at(ae_date date) {
  return static_cast<std::uint8_t>(date);
}

constexpr rule flag(std::uint16_t number, string_view name, ae variable, string_view shown,
                    string_view authority) {
  return {.row = {number, name, error, shown, "Where filled, the flag is Y or N", authority},
          .check = is_yes_or_no,
          .needs = set_of(variable),
          .first = at(variable),
          .of_form = true};
}

constexpr rule listed(rule_row row, ae variable, std::span<const string_view> terms) {
  return {.row = row,
          .check = has_listed_term,
          .needs = set_of(variable),
          .first = at(variable),
          .first_terms = terms};
}

constexpr rule date_form(std::uint16_t number, string_view name, ae variable, string_view shown,
                         ae_date date) {
  return {.row = {number, name, error, shown, "Dates are ISO 8601 and on the calendar",
                  "SD0003, FDAC038"},
          .check = is_legal_date,
          .needs = set_of(variable),
          .first = at(date),
          .of_form = true};
}

constexpr rule meddra(std::uint16_t number, string_view name, ae variable, string_view shown) {
  return {.row = {number, name, warning, shown, "A MedDRA code has eight digits and starts with 10",
                  "MedDRA"},
          .check = is_meddra_code,
          .needs = set_of(variable),
          .first = at(variable)};
}

/// A rule on one filled variable.
constexpr rule on(rule_row row, rule_check check, ae variable, variable_set also_needs = 0) {
  return {
      .row = row, .check = check, .needs = set_of(variable) | also_needs, .first = at(variable)};
}

/// `first` one of `first_terms` makes `second` one of `second_terms`; no terms: filled.
constexpr rule implication(rule_row row, ae first, std::span<const string_view> first_terms,
                           ae second, std::span<const string_view> second_terms) {
  return {.row = row,
          .check = implies,
          .needs = set_of(first),
          .first = at(first),
          .second = at(second),
          .first_terms = first_terms,
          .second_terms = second_terms};
}

constexpr rule dates(rule_row row, ae_date first, ae variable, ae_date second) {
  return {.row = row,
          .check = is_not_after,
          .needs = set_of(variable),
          .first = at(first),
          .second = at(second)};
}

constexpr rule future(std::uint16_t number, string_view name, ae_date date, ae variable,
                      string_view shown) {
  return {.row = {number, name, warning, shown,
                  "The date is not after the day on which the record was published", "aepro"},
          .check = is_not_in_future,
          .needs = set_of(variable),
          .first = at(date)};
}

constexpr rule study_day_of(rule_row row, rule_check check, ae day, ae_date date) {
  return {.row = row, .check = check, .needs = set_of(day), .first = at(day), .second = at(date)};
}

constexpr rule death_known(rule_row row, ae variable, std::span<const string_view> terms) {
  return {.row = row,
          .check = death_is_in_reference_data,
          .needs = set_of(variable),
          .first = at(variable),
          .first_terms = terms};
}

constexpr std::array table{
    // Seriousness.
    rule{.row = {100, "criterion-makes-serious", error, "AESER",
                 "Where a seriousness criterion is Y, AESER is Y", "CORE-000022, CG0041"},
         .check = criterion_makes_serious},
    rule{.row = {101, "serious-names-a-criterion", error, "AESER",
                 "Where AESER is not N, at least one seriousness criterion is Y",
                 "CORE-000266, CG0042, SD0009, FDAC206"},
         .check = serious_names_a_criterion},
    implication({102, "overdose-makes-serious", error, "AESER", "Where AESOD is Y, AESER is Y",
                 "SD1062, FDAC211"},
                ae::aesod, yes, ae::aeser, yes),
    flag(110, "aeser-is-y-or-n", ae::aeser, "AESER", "CORE-000087, CG0387, CT2001, FDAC340"),
    flag(111, "aescan-is-y-or-n", ae::aescan, "AESCAN", "CORE-000123, CT2001, FDAC340"),
    flag(112, "aescong-is-y-or-n", ae::aescong, "AESCONG", "CORE-000124, CG0389, CT2001, FDAC340"),
    flag(113, "aesdisab-is-y-or-n", ae::aesdisab, "AESDISAB",
         "CORE-000125, CG0390, CT2001, FDAC340"),
    flag(114, "aesdth-is-y-or-n", ae::aesdth, "AESDTH", "CORE-000126, CG0391, CT2001, FDAC340"),
    flag(115, "aeshosp-is-y-or-n", ae::aeshosp, "AESHOSP", "CORE-000127, CG0392, CT2001, FDAC340"),
    flag(116, "aeslife-is-y-or-n", ae::aeslife, "AESLIFE", "CORE-000128, CG0393, CT2001, FDAC340"),
    flag(117, "aesod-is-y-or-n", ae::aesod, "AESOD", "CORE-000129, CG0394, CT2001, FDAC340"),
    flag(118, "aesmie-is-y-or-n", ae::aesmie, "AESMIE", "CORE-000130, CG0395, CT2001, FDAC340"),
    flag(119, "aeexpected-is-y-or-n", ae::aeexpected, "AEEXPECTED", "aepro"),
    flag(120, "aesuspected-is-y-or-n", ae::aesuspected, "AESUSPECTED", "aepro"),
    // Death.
    implication({130, "fatal-means-death", error, "AESDTH", "Where AEOUT is FATAL, AESDTH is Y",
                 "SD0090, FDAC209"},
                ae::aeout, fatal, ae::aesdth, yes),
    implication({131, "death-means-fatal", error, "AEOUT", "Where AESDTH is Y, AEOUT is FATAL",
                 "SD0091, FDAC210"},
                ae::aesdth, yes, ae::aeout, fatal),
    death_known({132, "death-is-in-dm", error, "AESDTH",
                 "Where AESDTH is Y, the subject's DTHFL is Y", "CORE-000253, CG0135, FB0604"},
                ae::aesdth, yes),
    death_known({133, "fatal-is-in-dm", error, "AEOUT",
                 "Where AEOUT is FATAL, the subject's DTHFL is Y", "CORE-000254"},
                ae::aeout, fatal),
    rule{.row = {134, "grade-5-is-fatal", warning, "AETOXGR",
                 "A toxicity grade of 5 is death: AEOUT is FATAL", "CTCAE v5.0"},
         .check = grade_5_is_fatal,
         .needs = set_of(ae::aetoxgr),
         .first = at(ae::aetoxgr),
         .second = at(ae::aeout)},
    rule{.row = {135, "fatal-is-grade-5", warning, "AETOXGR",
                 "Where AEOUT is FATAL and a toxicity grade is given, it is 5", "CTCAE v5.0"},
         .check = fatal_is_grade_5,
         .needs = set_of(ae::aetoxgr) | set_of(ae::aeout),
         .first = at(ae::aetoxgr),
         .second = at(ae::aeout)},
    dates({136, "start-is-not-after-death", warning, "AESTDTC",
           "An adverse event does not start after the subject's death", "aepro"},
          ae_date::start, ae::aestdtc, ae_date::death),
    // Terms.
    listed({140, "aesev-is-a-term", error, "AESEV", "AESEV is a term of its codelist (AESEV)",
            "CT2001, FDAC340"},
           ae::aesev, severities),
    listed({141, "aeout-is-a-term", error, "AEOUT", "AEOUT is a term of its codelist (OUT)",
            "CT2001, FDAC340"},
           ae::aeout, outcomes),
    listed({142, "aeacn-is-a-term", error, "AEACN", "AEACN is a term of its codelist (ACN)",
            "CT2001, FDAC340"},
           ae::aeacn, actions),
    listed({143, "aeenrtpt-is-a-term", warning, "AEENRTPT",
            "AEENRTPT is BEFORE, COINCIDENT, AFTER, ONGOING or UNKNOWN", "CT2002, FDAC341"},
           ae::aeenrtpt, end_relations),
    on({144, "aerel-is-a-study-term", warning, "AEREL",
        "AEREL is one of the causality terms that the settings list for the study", "aepro"},
       is_causality_term, ae::aerel),
    rule{.row = {145, "aeterm-is-not-other", error, "AETERM", "AETERM is not OTHER",
                 "CORE-000161, CG0343"},
         .check = is_not_a_term,
         .first = at(ae::aeterm),
         .first_terms = other},
    rule{.row = {146, "aeterm-is-not-multiple", error, "AETERM", "AETERM is not MULTIPLE",
                 "CORE-000164, CG0346"},
         .check = is_not_a_term,
         .first = at(ae::aeterm),
         .first_terms = multiple},
    on({147, "aeoccur-is-absent", error, "AEOCCUR", "AEOCCUR is not used with adverse events",
        "CORE-000012, CG0040"},
       is_absent, ae::aeoccur),
    on({148, "aestat-is-absent", error, "AESTAT", "AESTAT is not used with adverse events",
        "CORE-000013, CG0044"},
       is_absent, ae::aestat),
    on({149, "aereasnd-is-absent", error, "AEREASND", "AEREASND is not used with adverse events",
        "CORE-000075, CG0304"},
       is_absent, ae::aereasnd),
    implication({150, "toxicity-has-a-grade", error, "AETOXGR", "Where AETOX is filled, AETOXGR is",
                 "CORE-000102, CG0428"},
                ae::aetox, {}, ae::aetoxgr, {}),
    on({151, "aetoxgr-is-a-grade", warning, "AETOXGR", "AETOXGR is a grade from 1 to 5",
        "CTCAE v5.0"},
       is_toxicity_grade, ae::aetoxgr),
    implication({152, "ptcd-has-a-decod", error, "AEPTCD", "Where AEPTCD is filled, AEDECOD is",
                 "CORE-000267"},
                ae::aeptcd, {}, ae::aedecod, {}),
    meddra(153, "aelltcd-is-a-code", ae::aelltcd, "AELLTCD"),
    meddra(154, "aeptcd-is-a-code", ae::aeptcd, "AEPTCD"),
    meddra(155, "aehltcd-is-a-code", ae::aehltcd, "AEHLTCD"),
    meddra(156, "aehlgtcd-is-a-code", ae::aehlgtcd, "AEHLGTCD"),
    meddra(157, "aebdsycd-is-a-code", ae::aebdsycd, "AEBDSYCD"),
    meddra(158, "aesoccd-is-a-code", ae::aesoccd, "AESOCCD"),
    rule{.row = {159, "codes-name-their-dictionary", info, "MEDDRA_VERSION",
                 "Where a MedDRA code is given, so is the dictionary's version", "MedDRA"},
         .check = codes_name_their_dictionary},
    on({160, "dictionary-version-form", warning, "MEDDRA_VERSION",
        "The dictionary's version is written like 27.0", "MedDRA"},
       is_dictionary_version, ae::meddra_version),
    on({161, "aeseq-is-a-number", warning, "AESEQ", "AESEQ is a whole number above 0",
        "SDTMIG 3.4"},
       is_whole_number, ae::aeseq),
    // Dates.
    date_form(170, "aestdtc-is-a-date", ae::aestdtc, "AESTDTC", ae_date::start),
    date_form(171, "aeendtc-is-a-date", ae::aeendtc, "AEENDTC", ae_date::end),
    date_form(172, "aedtc-is-a-date", ae::aedtc, "AEDTC", ae_date::collected),
    date_form(173, "awareness-dtc-is-a-date", ae::awareness_dtc, "AWARENESS_DTC",
              ae_date::awareness),
    dates({180, "start-is-not-after-end", error, "AESTDTC", "AESTDTC is not after AEENDTC",
           "SD0013, FDAC107, CORE-000718"},
          ae_date::start, ae::aestdtc, ae_date::end),
    rule{.row = {181, "collection-is-not-after-end", info, "AEDTC", "AEDTC is not after AEENDTC",
                 "SD0025, FDAC108, CORE-000866"},
         .check = is_not_after,
         .needs = set_of(ae::aedtc),
         .first = at(ae_date::collected),
         .second = at(ae_date::end),
         .optional = true},
    implication({182, "end-has-a-start", warning, "AESTDTC", "Where AEENDTC is filled, AESTDTC is",
                 "SD0031, FDAC122, CORE-000892"},
                ae::aeendtc, {}, ae::aestdtc, {}),
    rule{.row = {183, "start-is-expected", warning, "AESTDTC",
                 "An event that occurred has a start time-point", "SD0022, FDAC118"},
         .check = has_time_point,
         .first = at(ae::aestdtc),
         .second = at(ae::aestdtc)},
    rule{.row = {184, "end-is-expected", warning, "AEENDTC",
                 "An event that occurred has an end time-point: AEENDTC or AEENRTPT",
                 "SD0021, FDAC117"},
         .check = has_time_point,
         .first = at(ae::aeendtc),
         .second = at(ae::aeenrtpt)},
    dates({185, "start-is-not-after-disposition", error, "AESTDTC",
           "AESTDTC is not after the latest disposition date (DSSTDTC)", "SD0080, FDAC208"},
          ae_date::start, ae::aestdtc, ae_date::disposition),
    dates({186, "start-is-not-before-consent", warning, "AESTDTC",
           "An adverse event does not start before informed consent (RFICDTC)", "aepro"},
          ae_date::consent, ae::aestdtc, ae_date::start),
    dates({187, "awareness-is-not-before-start", warning, "AWARENESS_DTC",
           "The sponsor does not learn of an event before it starts", "aepro"},
          ae_date::start, ae::awareness_dtc, ae_date::awareness),
    future(188, "aestdtc-is-not-in-future", ae_date::start, ae::aestdtc, "AESTDTC"),
    future(189, "aeendtc-is-not-in-future", ae_date::end, ae::aeendtc, "AEENDTC"),
    future(190, "aedtc-is-not-in-future", ae_date::collected, ae::aedtc, "AEDTC"),
    future(191, "awareness-is-not-in-future", ae_date::awareness, ae::awareness_dtc,
           "AWARENESS_DTC"),
    rule{.row = {192, "unrecovered-has-no-end", warning, "AEOUT",
                 "An event that is not recovered or resolved has no end date", "aepro"},
         .check = is_absent_where_term,
         .needs = set_of(ae::aeout) | set_of(ae::aeendtc),
         .first = at(ae::aeendtc),
         .second = at(ae::aeout),
         .second_terms = not_recovered},
    implication({193, "recovered-has-an-end", warning, "AEENDTC",
                 "An event that is recovered or resolved has an end date", "aepro"},
                ae::aeout, recovered, ae::aeendtc, {}),
    // Study days.
    study_day_of({200, "aestdy-is-right", error, "AESTDY",
                  "AESTDY, where given, is AESTDTC - RFSTDTC, plus 1 from RFSTDTC on",
                  "CORE-000552, CG0220, SD1090, FDAC131"},
                 is_right_study_day, ae::aestdy, ae_date::start),
    study_day_of({201, "aeendy-is-right", error, "AEENDY",
                  "AEENDY, where given, is AEENDTC - RFSTDTC, plus 1 from RFSTDTC on",
                  "CORE-000553, CG0222, SD1094, FDAC136"},
                 is_right_study_day, ae::aeendy, ae_date::end),
    study_day_of({202, "aestdy-is-not-imputed", error, "AESTDY",
                  "There is no AESTDY where AESTDTC or RFSTDTC is partial",
                  "CORE-000138, CG0221, SD1089, FDAC130"},
                 has_no_imputed_study_day, ae::aestdy, ae_date::start),
    study_day_of({203, "aeendy-is-not-imputed", error, "AEENDY",
                  "There is no AEENDY where AEENDTC or RFSTDTC is partial",
                  "CORE-000139, CG0223, SD1093, FDAC135"},
                 has_no_imputed_study_day, ae::aeendy, ae_date::end),
    rule{.row = {204, "aestdy-is-not-after-aeendy", error, "AESTDY", "AESTDY is not after AEENDY",
                 "SD0012, FDAC106"},
         .check = study_days_are_ordered,
         .needs = set_of(ae::aestdy) | set_of(ae::aeendy),
         .first = at(ae::aestdy),
         .second = at(ae::aeendy)},
    rule{.row = {205, "aestdy-is-a-number", warning, "AESTDY", "AESTDY is a whole number, not 0",
                 "SDTMIG 3.4"},
         .check = is_study_day,
         .needs = set_of(ae::aestdy),
         .first = at(ae::aestdy)},
    rule{.row = {206, "aeendy-is-a-number", warning, "AEENDY", "AEENDY is a whole number, not 0",
                 "SDTMIG 3.4"},
         .check = is_study_day,
         .needs = set_of(ae::aeendy),
         .first = at(ae::aeendy)},
    // The report itself.
    rule{.row = {220, "serious-report-names-product", info, "SUSPECT_PRODUCT",
                 "A serious report names a suspect product", "ICH E2B(R3) G.k"},
         .check = serious_report_has,
         .first = at(ae::suspect_product)},
    rule{.row = {221, "serious-report-names-reporter", info, "REPORTER",
                 "A serious report names the reporter's qualification", "ICH E2B(R3) C.2.r.4"},
         .check = serious_report_has,
         .first = at(ae::reporter)},
    on({222, "suspicion-needs-expectedness", warning, "AEEXPECTED",
        "A serious, suspected report says whether it was expected: expedited reporting depends on "
        "it",
        "21 CFR 312.32(c)"},
       suspicion_needs_expectedness, ae::aesuspected),
    rule{.row = {223, "later-kind-has-later-version", warning, "REPORT_VERSION",
                 "A follow-up, amendment or nullification has a version above 1",
                 "ICH E2B(R3) C.1"},
         .check = later_kind_has_later_version},
    rule{.row = {224, "initial-is-version-1", warning, "REPORT_VERSION",
                 "An initial report has version 1", "ICH E2B(R3) C.1"},
         .check = initial_is_version_1},
    rule{.row = {225, "report-kind-is-known", warning, "REPORT_KIND",
                 "The kind of report is one that this version knows", "aepro"},
         .check = kind_is_known},
};

} // namespace

std::span<const rule> adverse_event_rules() {
  return table;
}

} // namespace aepro::rules
