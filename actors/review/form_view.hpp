#pragma once

/// A decoded form as it is compared with others. Pure.

#include "messages/event_view.hpp"
#include "messages/reviewed_form.hpp"

#include <optional>

namespace aepro {

/// Returns the form without scores; nothing where the event is none, or one of an unknown
/// instrument.
std::optional<reviewed_form> make_reviewed_form(const event_view& event, const record_view& record,
                                                const stream_name& stream);

} // namespace aepro
