#pragma once

/// SDTM QS rows (one per answer) as questionnaire responses (one per form).

#include "actors/publish/sdtm_mapping.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// Groups the rows of one form: same study, subject, QSCAT, VISITNUM, VISIT and date of QSDTC.
/// The order of rows in the file does not matter: the same form gives the same bytes.
class response_grouping {
public:
  explicit response_grouping(std::string source_system)
      : source_system_(std::move(source_system)) {}

  /// Takes a row in, or returns why it cannot.
  std::optional<bad_row> add(const sdtm_columns& columns, const csv_row& row);

  /// Returns the subject's forms so far, ordered by category, visit and date, and forgets them.
  std::vector<published_event> take_subject(std::string_view study, std::string_view subject);

private:
  struct answer {
    std::string link_id, value, missing_reason;
    auto operator<=>(const answer&) const = default;
  };
  struct form_key {
    std::string study, subject, category, visitnum, visit, date;
    auto operator<=>(const form_key&) const = default;
  };
  struct form {
    std::string date_time, site, language, total;
    bool has_total = false;
    std::vector<answer> answers;
  };

  published_event make_event(const form_key& key, form& one) const;

  std::string source_system_;
  std::map<form_key, form> forms_;
};

/// Returns whether the row holds the form's recorded total and not an answer: the test's short name
/// ends in TOT, or its name says "total".
bool is_total_row(std::string_view test_code, std::string_view test_name);

} // namespace aepro
