#include "messages/regulatory_clock.hpp"

namespace aepro {

std::string_view name_of(shown_clock_state state) {
  switch (state) {
    case shown_clock_state::running: return "running";
    case shown_clock_state::missed: return "missed";
    case shown_clock_state::done: return "done";
    case shown_clock_state::stopped: return "stopped";
    case shown_clock_state::withdrawn: return "withdrawn";
  }
  return "unknown";
}

shown_clock_state shown_state(const regulatory_clock& clock, unix_milliseconds now) {
  switch (clock.state) {
    case clock_state::running:
      return now > clock.due_at ? shown_clock_state::missed : shown_clock_state::running;
    case clock_state::done: return shown_clock_state::done;
    case clock_state::stopped: return shown_clock_state::stopped;
    case clock_state::withdrawn: return shown_clock_state::withdrawn;
  }
  return shown_clock_state::running;
}

} // namespace aepro
