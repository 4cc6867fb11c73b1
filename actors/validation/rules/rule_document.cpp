#include "actors/validation/rules/rule_document.hpp"

#include "actors/validation/rules/rule.hpp"

namespace aepro {

namespace {

std::string_view name_of(severity value) {
  switch (value) {
    case severity::info: return "info";
    case severity::warning: return "warning";
    case severity::error: return "error";
  }
  return "";
}

void append_table(std::string_view title, std::span<const rules::rule> table, std::string& out) {
  out += "\n## " + std::string(title) + "\n";
  out += "| rule | name | variable | says | severity | authority |\n|---|---|---|---|---|---|\n";
  for (const auto& rule : table) {
    const auto& row = rule.row;
    out += "| " + std::to_string(row.number) + " | " + std::string(row.name) + " | " +
           std::string(row.variable) + " | " + std::string(row.text) +
           (rule.optional ? " (optional)" : "") + " | " + std::string(name_of(row.severity)) +
           " | " + std::string(row.authority) + " |\n";
  }
}

} // namespace

std::string rules_markdown() {
  std::string out =
      R"(# Rules on single records
<!-- Written by the test rule_tables from actors/validation/rules; change the tables, not this file. -->

A record that breaks a rule is accepted and the finding is stored with it; only what cannot be stored or
attributed is rejected. Each finding shows the rule's text and the authority's ids. `aepro` as authority means
that the rule is our own. The ids are those of CDISC CORE (CORE-), of CDISC's conformance rules (CG), of
Pinnacle 21 (SD, CT) and of the FDA (FDAC). Rules that compare records of a subject are not here: they belong
to the review after the commit.

Three rules differ from their authority on purpose:
- **181** (SD0025, CORE-000866: collection not after the end) was written for specimens; CORE applies it to the
  findings class only. An adverse event is mostly collected after its end (447 of 1,191 in the CDISC pilot), so
  it is optional: it applies where the settings name it.
- **200, 201** (CORE-000552, CORE-000553: study days) check a study day that is given. The authorities also ask
  for one wherever both dates are complete; an event from the source need not have what can be derived.
- **147, 148, 149** (CORE-000012, 013, 075) look at the value, not at the existence of a column.

Details of findings show dates, numbers, short codes and terms of codelists, never other text: such a field
may hold whatever somebody typed.
)";
  append_table("Every record", rules::envelope_rules(), out);
  append_table("Adverse events", rules::adverse_event_rules(), out);
  append_table("Questionnaire responses", rules::questionnaire_rules(), out);
  append_table("Subjects", rules::subject_rules(), out);
  return out;
}

} // namespace aepro
