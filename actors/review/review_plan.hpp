#pragma once

/// What new forms of a subject say beside those that are known. Pure.

#include "messages/reviewed_form.hpp"

#include <span>
#include <string>
#include <vector>

namespace aepro {

/// What forms are looked at for.
struct review_rules {
  std::vector<score_change_rule> changes;
  std::size_t forms_max = 200; ///< Of a subject and instrument that are kept; 2 at least.
};

struct review_outcome {
  std::vector<reviewed_form> kept;
  std::vector<std::string> dropped;
  std::vector<form_alert> alerts; ///< In the order of the forms; one for each form and alert.
};

/// Returns what becomes of the history of a subject's forms of one instrument as `forms` come, one
/// after the other, and of which changes people are to be told. A version is compared as if the one
/// before had never been, and only what that one did not show is an alert. A version that comes
/// behind a later one says nothing. Beyond `forms_max` the oldest go, but those that are a
/// baseline.
review_outcome plan_review(form_history history, std::span<const reviewed_form> forms,
                           const review_rules& rules);

/// Returns the scales that the rules are about, each once, as names_scale takes them.
std::vector<std::string> reviewed_scales(std::span<const score_change_rule> rules);

} // namespace aepro
