#include "messages/reviewed_form.hpp"

#include <algorithm>

namespace aepro {

aepro::urgency form_alert::urgency() const {
  auto most = urgency::routine;
  for (const auto& change : changes)
    most = std::max(most, change.urgency);
  return most;
}

} // namespace aepro
