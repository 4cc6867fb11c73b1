#pragma once

/// Whether an adverse event is serious, whatever its source says of itself (ICH E2A), and who must
/// know.

#include "messages/decision.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace aepro {

/// What a report's variables amount to. Read leniently (any case, blanks around, YES for Y): for an
/// alert a sloppy "yes" counts, while the rules report the sloppiness.
struct seriousness {
  /// AESER or any criterion is Y, the outcome FATAL, or the grade 5.
  bool serious = false;
  bool fatal = false;            ///< AESDTH, FATAL or grade 5.
  bool life_threatening = false; ///< AESLIFE.
};

/// Returns what is derived from the report. Source: DOMAIN, "Finding that changes the design".
seriousness derive_seriousness(const adverse_event_view& report);

/// Returns the CTCAE grade, 1 to 5, of "3" or "GRADE 3"; 0 for anything else.
int toxicity_grade(std::string_view text);

/// Returns whether a flag is a yes to a person's eye: Y or YES, in any case, blanks around.
bool means_yes(std::string_view flag);

/// Appends the alerts that a report makes due:
/// - serious-adverse-event (urgent), every serious one;
/// - fatal-or-life-threatening (immediate);
/// - suspected-unexpected-serious: AESUSPECTED = Y and AEEXPECTED = N on a serious one, which
/// starts a regulatory clock (21 CFR 312.32(c)); immediate where fatal or life-threatening, else
/// urgent;
/// - serious-report-nullified (routine), instead of all others, where the report takes an earlier
/// one back.
void append_alerts(const adverse_event_view& report, const seriousness& derived,
                   std::pmr::vector<alert>& alerts);

/// Appends what a decoded report makes due that is rejected all the same: rejected-serious-report
/// (immediate) where it is serious. It cannot be stored or attributed, so that nothing else would
/// tell people of it. A resend that is rejected again raises it again: it is not known to be one.
void append_rejection_alerts(const seriousness& derived, std::pmr::vector<alert>& alerts);

} // namespace aepro
