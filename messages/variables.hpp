#pragma once

/// Tables of the string variables of each message: name, Protobuf field number, standard name.
/// A test compares them with the descriptors; rules, rows and decoders are driven by them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace aepro {

/// SDTM AE variables and what ICH E2B(R3) adds. Enumerators run in field order.
enum class ae : std::uint8_t {
  report_id,
  aeterm,
  aedecod,
  aesev,
  aeser,
  aestdtc,
  aeendtc,
  aeout,
  aerel,
  aeacn,
  aetoxgr,
  aeenrtpt,
  aeseq,
  aesdth,
  aeslife,
  aeshosp,
  aesdisab,
  aescong,
  aesmie,
  aescan,
  aesod,
  aespid,
  aellt,
  aelltcd,
  aeptcd,
  aehlt,
  aehltcd,
  aehlgt,
  aehlgtcd,
  aebodsys,
  aebdsycd,
  aesoc,
  aesoccd,
  meddra_version,
  aecat,
  aetox,
  aedtc,
  aestdy,
  aeendy,
  aeoccur,
  aestat,
  aereasnd,
  aeexpected,
  aesuspected,
  suspect_product,
  reporter,
  awareness_dtc
};

/// FHIR QuestionnaireResponse / SDTM QS variables. Enumerators run in field order.
enum class qs : std::uint8_t {
  response_id,
  instrument,
  instrument_version,
  visit,
  visitnum,
  language,
  device_total,
  planned_dtc,
  window_days
};

/// SDTM DM variables, and the latest disposition. Enumerators run in field order.
enum class dm : std::uint8_t {
  subjid,
  rfstdtc,
  rfendtc,
  rfxstdtc,
  rfxendtc,
  rficdtc,
  rfpendtc,
  dthdtc,
  dthfl,
  siteid,
  age,
  ageu,
  sex,
  race,
  ethnic,
  armcd,
  arm,
  actarmcd,
  actarm,
  country,
  dmdtc,
  dmdy,
  dsstdtc,
  dsdecod,
  time_zone
};

template <class Variable>
inline constexpr std::size_t variable_count = 0;
template <>
inline constexpr std::size_t variable_count<ae> = 47;
template <>
inline constexpr std::size_t variable_count<qs> = 9;
template <>
inline constexpr std::size_t variable_count<dm> = 25;

struct variable_row {
  std::uint32_t field_number;
  std::string_view name; ///< As people and findings show it.
};

/// Returns the table of a message's variables, indexed by enumerator. Static storage.
template <class Variable>
std::span<const variable_row> variable_table();
template <>
std::span<const variable_row> variable_table<ae>();
template <>
std::span<const variable_row> variable_table<qs>();
template <>
std::span<const variable_row> variable_table<dm>();

/// Returns the standard name of `variable`, for example "AESDTH".
template <class Variable>
std::string_view name_of(Variable variable) {
  return variable_table<Variable>()[static_cast<std::size_t>(variable)].name;
}

} // namespace aepro
