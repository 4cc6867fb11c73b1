#include "actors/acknowledge/message_keys.hpp"

#include "actors/notifier/alert_text.hpp"

namespace aepro {

std::vector<std::string> message_keys_of(const shown_notification& shown,
                                         const notifier_rules& rules,
                                         const std::string& fallback_role) {
  std::vector<std::string> keys;
  for (const auto& attempt : shown.attempts)
    keys.push_back(message_key(shown.what, attempt.step, attempt.channel, attempt.recipient));
  std::int32_t step = 0;
  for (const auto& planned : make_route(shown.what, rules, fallback_role)) {
    for (const auto& recipient : planned.recipients)
      keys.push_back(message_key(shown.what, step, planned.channel, recipient.address));
    ++step;
  }
  return keys;
}

} // namespace aepro
