#pragma once

/// What an example's form shows beside those before it. Pure.

#include "actors/notifier/rule_examples.hpp"
#include "messages/reviewed_form.hpp"

#include <vector>

namespace aepro {

/// Returns the alerts of changes that the example's event raises as the last of its events, all
/// published at `at`; those that would be rejected are left out. The subject's first treatment is
/// as the last of its subject data says.
std::vector<form_alert> example_changes(const alert_example& example, unix_milliseconds at,
                                        const example_rules& rules);

} // namespace aepro
