#pragma once

/// The views that analysts query, with SDTM names; made from the same tables as the rows.

#include <string>
#include <vector>

namespace aepro {

enum class sql_dialect { sqlite, postgres };

/// Names of the views, in an order in which they can be created.
std::vector<std::string> view_names();

/// Returns one statement per view that creates it (adverse_event, questionnaire_response,
/// questionnaire_answer, score, finding_detail, discrepancy, ledger_summary).
/// Codes become the codelists' texts again, flags Y and N, packed instants ISO 8601 texts.
std::vector<std::string> view_statements(sql_dialect dialect);

} // namespace aepro
