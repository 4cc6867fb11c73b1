#pragma once

/// An example's event as it would be published. Pure.

#include "config/notifier_settings.hpp"

#include <string>
#include <vector>

namespace aepro {

struct example_trouble {
  int line = 0; ///< Of the settings file.
  std::string message;
};

struct example_event {
  std::string bytes; ///< An Event in Protobuf's wire format.
  std::vector<example_trouble> troubles;
};

/// Returns the event that Protobuf's JSON mapping of aepro.v1.Event makes of the value, and what is
/// wrong with it: a field that the schema lacks, with the nearest that it has; a value that does
/// not fit; two bodies. An event without event_id gets one.
example_event make_example_event(const example_value& value);

} // namespace aepro
