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
  form_list kept;                   ///< Those that are new or raise something.
  std::vector<std::string> dropped; ///< Ids.
  std::vector<form_alert> alerts;   ///< In the order of the forms; their forms are kept.
};

/// Returns what becomes of the history of a subject's forms of one instrument when `forms` have
/// come, and of which changes people are to be told. A later version, or a later record of the same
/// one, takes the place of the one before; one that comes behind a later one, or is read again,
/// says nothing. A form is looked at when it is new, and again when it has changed since another
/// one by what is new: an earlier form that came late, was amended or was taken back; then it is as
/// old as that. Of what people were told of it nothing is raised again. Beyond `forms_max` the
/// oldest go and say nothing, but those that are a baseline now.
review_outcome plan_review(form_history history, std::span<const reviewed_form> forms,
                           const review_rules& rules);

/// Returns the scales that the rules are about, each once, as names_scale takes them.
std::vector<std::string> reviewed_scales(std::span<const score_change_rule> rules);

} // namespace aepro
