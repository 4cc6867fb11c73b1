#pragma once

/// What one of many alerts that are told together needs. Pure.

#include "actors/notifier/delivery_plan.hpp"

namespace aepro {

/// Returns plan_delivery() without texts, which nobody would read and which are most of its work: a
/// message has its key, its recipient, and his name among its fields.
planned_delivery plan_flood_member(const leased_notification& leased, const notifier_rules& rules,
                                   const std::string& fallback_role, unix_milliseconds now);

} // namespace aepro
