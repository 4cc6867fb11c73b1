#include "messages/variables.hpp"

#include <array>

namespace aepro {

template <>
std::span<const variable_row> variable_table<ae>() {
  static constexpr std::array<variable_row, variable_count<ae>> rows{
      {{1, "REPORT_ID"},       {4, "AETERM"},        {5, "AEDECOD"},
       {6, "AESEV"},           {7, "AESER"},         {8, "AESTDTC"},
       {9, "AEENDTC"},         {10, "AEOUT"},        {11, "AEREL"},
       {12, "AEACN"},          {13, "AETOXGR"},      {14, "AEENRTPT"},
       {15, "AESEQ"},          {16, "AESDTH"},       {17, "AESLIFE"},
       {18, "AESHOSP"},        {19, "AESDISAB"},     {20, "AESCONG"},
       {21, "AESMIE"},         {22, "AESCAN"},       {23, "AESOD"},
       {24, "AESPID"},         {25, "AELLT"},        {26, "AELLTCD"},
       {27, "AEPTCD"},         {28, "AEHLT"},        {29, "AEHLTCD"},
       {30, "AEHLGT"},         {31, "AEHLGTCD"},     {32, "AEBODSYS"},
       {33, "AEBDSYCD"},       {34, "AESOC"},        {35, "AESOCCD"},
       {36, "MEDDRA_VERSION"}, {37, "AECAT"},        {38, "AETOX"},
       {39, "AEDTC"},          {40, "AESTDY"},       {41, "AEENDY"},
       {42, "AEOCCUR"},        {43, "AESTAT"},       {44, "AEREASND"},
       {45, "AEEXPECTED"},     {46, "AESUSPECTED"},  {47, "SUSPECT_PRODUCT"},
       {48, "REPORTER"},       {49, "AWARENESS_DTC"}}};
  return rows;
}

template <>
std::span<const variable_row> variable_table<qs>() {
  static constexpr std::array<variable_row, variable_count<qs>> rows{{{1, "RESPONSE_ID"},
                                                                      {4, "INSTRUMENT"},
                                                                      {5, "INSTRUMENT_VERSION"},
                                                                      {6, "VISIT"},
                                                                      {7, "VISITNUM"},
                                                                      {8, "LANGUAGE"},
                                                                      {13, "DEVICE_TOTAL"},
                                                                      {14, "PLANNED_DTC"},
                                                                      {15, "WINDOW_DAYS"}}};
  return rows;
}

template <>
std::span<const variable_row> variable_table<dm>() {
  static constexpr std::array<variable_row, variable_count<dm>> rows{
      {{1, "SUBJID"},  {2, "RFSTDTC"},  {3, "RFENDTC"},   {4, "RFXSTDTC"}, {5, "RFXENDTC"},
       {6, "RFICDTC"}, {7, "RFPENDTC"}, {8, "DTHDTC"},    {9, "DTHFL"},    {10, "SITEID"},
       {11, "AGE"},    {12, "AGEU"},    {13, "SEX"},      {14, "RACE"},    {15, "ETHNIC"},
       {16, "ARMCD"},  {17, "ARM"},     {18, "ACTARMCD"}, {19, "ACTARM"},  {20, "COUNTRY"},
       {21, "DMDTC"},  {22, "DMDY"},    {23, "DSSTDTC"},  {24, "DSDECOD"}, {25, "TIME_ZONE"}}};
  return rows;
}

} // namespace aepro
