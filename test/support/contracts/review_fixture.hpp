#pragma once

/// A store with a stream of forms, and two nodes that compare them.

#include "actors/review/review_plan.hpp"
#include "actors/storage/notification_store.hpp"
#include "actors/storage/review_store.hpp"
#include "test/support/alert_source.hpp"
#include "test/support/contracts/filled_store.hpp"
#include "test/support/review_forms.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace aepro::test {

struct reviewing_store {
  explicit reviewing_store(store_kind kind);

  /// As the node does, for a pain that rises by 3 since baseline.
  history_changes plan(form_history history, std::span<const reviewed_form> forms) const;
  form_page page(const form_page_limits& limits = {}) {
    return value_of(one->new_forms(source.stream, limits));
  }
  form_intake take_up(const form_page& page);
  form_intake take_up(review_store& node, const stream_claim& claim, const form_page& page);

  /// Appends values and takes all up.
  void learn(const std::vector<std::string>& values);
  std::vector<shown_notification> told() { return value_of(notes->list({.rows_max = 1'000})); }

  store_under_test store;
  alert_source source;
  std::unique_ptr<review_store> one, other;
  std::unique_ptr<notification_store> notes;
  review_rules rules;
  mutable std::atomic<int> planned{0}; ///< How often.
  mutable form_history last_history;   ///< That was planned with.
};

/// What a node makes of forms, for a pain that rises by 3 since baseline.
history_changes changes_of_pain(form_history history, std::span<const reviewed_form> forms);

/// "10 11": the offsets.
std::string forms_text(const form_page& page);

} // namespace aepro::test
