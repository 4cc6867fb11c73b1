#pragma once

/// Makes reference data for decide() from what the store holds.

#include "messages/decision.hpp"

#include <string>

namespace aepro {

/// Returns the reference data of a known subject. `bytes` is the Subject message as it stood on the
/// wire; one that does not decode leaves an empty view (the store holds decoded events only, so
/// that means damage, which verify reports). A pointer, because `view` points into `bytes`: neither
/// copy nor move it.
subject_context_ptr make_subject_context(std::string study, std::string subject, std::string site,
                                         std::uint32_t version, std::string bytes);

/// Returns a negative entry.
subject_context_ptr make_unknown_subject(std::string study, std::string subject);

} // namespace aepro
