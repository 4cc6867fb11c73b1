#include "messages/notification.hpp"

namespace aepro {

std::string_view name_of(notification_state state) {
  switch (state) {
    case notification_state::waiting: return "waiting";
    case notification_state::sent: return "sent";
    case notification_state::closed: return "closed";
    case notification_state::acknowledged: return "acknowledged";
    case notification_state::muted: return "muted";
    case notification_state::exhausted: return "exhausted";
    case notification_state::withheld: return "withheld";
    case notification_state::repeated: return "repeated";
  }
  return "unknown";
}

bool is_history(const notification& what) {
  return what.detail.starts_with(history_detail);
}

std::string_view name_of(attempt_result result) {
  switch (result) {
    case attempt_result::delivered: return "delivered";
    case attempt_result::failed: return "failed";
    case attempt_result::refused: return "refused";
  }
  return "unknown";
}

} // namespace aepro
