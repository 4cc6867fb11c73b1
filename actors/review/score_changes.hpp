#pragma once

/// Compares the scores of a subject's forms with each other. Pure.

#include "messages/reviewed_form.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// Returns which of two forms came first: by their instants, else by their records.
bool came_before(const reviewed_form& left, const reviewed_form& right);

/// A change of one of the history's forms.
struct found_change {
  const reviewed_form* form = nullptr;
  std::string alert;
  changed_score change;
};

/// The forms of a history by scale, in their order. The history must outlive it, unchanged.
class score_table {
public:
  /// Sorts the history's forms first. The baseline of a scale is the last form up to the day of
  /// `treatment_start` (a full date), else the first.
  explicit score_table(form_history& history);

  /// Returns every change that a rule is about; what was before a baseline has not changed since.
  std::vector<found_change> changes(const std::vector<score_change_rule>& rules) const;

  /// Returns the forms that are the baseline of one of their scales.
  std::set<const reviewed_form*> baselines() const;

private:
  struct scored_form {
    const reviewed_form* form = nullptr;
    double score = 0;
  };
  struct series {
    std::vector<scored_form> forms;
    std::size_t baseline = 0;
  };

  static void add(std::string_view scale, const series& of, const score_change_rule& rule,
                  std::vector<found_change>& found);

  std::map<std::string_view, series> scales_;
};

} // namespace aepro
