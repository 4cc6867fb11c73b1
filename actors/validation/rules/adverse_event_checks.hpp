#pragma once

/// Predicates that only adverse events have.

#include "actors/validation/rules/finding_sink.hpp"
#include "actors/validation/rules/rule.hpp"

namespace aepro::rules {

/// The seriousness criteria of SDTM AE, the legacy ones included.
inline constexpr ae seriousness_criteria[] = {ae::aescan,  ae::aescong, ae::aesdisab, ae::aesdth,
                                              ae::aeshosp, ae::aeslife, ae::aesod,    ae::aesmie};

/// Broken where a criterion is Y and AESER is not.
void criterion_makes_serious(const rule&, const record_facts&, finding_sink&);
/// Broken where AESER is not N and no criterion is Y.
void serious_names_a_criterion(const rule&, const record_facts&, finding_sink&);
/// Broken where `first` is one of first_terms but the known subject's DTHFL is not Y.
void death_is_in_reference_data(const rule&, const record_facts&, finding_sink&);
/// Broken where the event took place (AEOCCUR is not N) but `first` is blank, and so is `second`.
void has_time_point(const rule&, const record_facts&, finding_sink&);
/// Broken where the ae_date `first`, which must be filled, is no ISO 8601 date.
void is_legal_date(const rule&, const record_facts&, finding_sink&);
/// Broken where the ae_date `first` is after the ae_date `second`, at the precision that both
/// share.
void is_not_after(const rule&, const record_facts&, finding_sink&);
/// Broken where the ae_date `first` lies after the day of the record's Kafka timestamp, in every
/// time zone.
void is_not_in_future(const rule&, const record_facts&, finding_sink&);
/// AESTDY or AEENDY is `first` of the rules on study days.
/// Broken where the study day `first` is not that of the ae_date `second`; both dates must be
/// whole.
void is_right_study_day(const rule&, const record_facts&, finding_sink&);
/// Broken where the study day `first` is no whole number, or 0.
void is_study_day(const rule&, const record_facts&, finding_sink&);
/// Broken where the study day `first` is given although the ae_date `second` or RFSTDTC is partial.
void has_no_imputed_study_day(const rule&, const record_facts&, finding_sink&);
/// Broken where AESTDY and AEENDY are numbers and the first is greater.
void study_days_are_ordered(const rule&, const record_facts&, finding_sink&);
/// Broken where AETOXGR is no CTCAE grade.
void is_toxicity_grade(const rule&, const record_facts&, finding_sink&);
/// Broken where the grade is 5 but the outcome is not FATAL.
void grade_5_is_fatal(const rule&, const record_facts&, finding_sink&);
/// Broken where the outcome is FATAL but a grade is given that is not 5.
void fatal_is_grade_5(const rule&, const record_facts&, finding_sink&);
/// Broken where `first` is not eight digits that start with 10.
void is_meddra_code(const rule&, const record_facts&, finding_sink&);
/// Broken where a MedDRA code is given but no version of the dictionary.
void codes_name_their_dictionary(const rule&, const record_facts&, finding_sink&);
/// Broken where MEDDRA_VERSION is not of the form 27.0.
void is_dictionary_version(const rule&, const record_facts&, finding_sink&);
/// Broken where the settings list causality terms for the study and AEREL is none of them.
void is_causality_term(const rule&, const record_facts&, finding_sink&);
/// Broken where a serious report leaves `first` blank.
void serious_report_has(const rule&, const record_facts&, finding_sink&);
/// Broken where a serious, suspected report does not say whether it was expected.
void suspicion_needs_expectedness(const rule&, const record_facts&, finding_sink&);
/// Broken where a follow-up, amendment or nullification has version 1.
void later_kind_has_later_version(const rule&, const record_facts&, finding_sink&);
/// Broken where an initial report has a version above 1.
void initial_is_version_1(const rule&, const record_facts&, finding_sink&);
/// Broken where the kind of report is a number that this version does not know.
void kind_is_known(const rule&, const record_facts&, finding_sink&);

} // namespace aepro::rules
