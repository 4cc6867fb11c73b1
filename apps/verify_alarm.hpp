#pragma once

/// Tells people that a store is damaged.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/make_store.hpp"
#include "config/notifier_settings.hpp"

namespace aepro {

/// Adds the alarm `audit-chain-broken` to what the nodes of this store have to tell. The same
/// damage once a day, however often it is found; returns false where it was there. Errors: the
/// store's, where it cannot be written.
caf::expected<bool> add_verify_alarm(store_database& database, const notifier_rules& rules,
                                     const audit_report& found);

} // namespace aepro
