#pragma once

/// The link by which one recipient acknowledges one alert: what it says, signed. Pure.

#include "messages/notification.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

struct link_options {
  std::string public_url; ///< Links begin with it, and go on with /a/TOKEN; empty: there are none.
  std::vector<std::string> keys; ///< The first signs, all verify.
  std::chrono::milliseconds valid_for{0};

  bool makes_links() const { return !public_url.empty() && !keys.empty(); }
};

/// What a token says. Nothing of it is of the patient.
struct alert_link {
  std::int64_t notification_id = 0;
  std::string
      key_part; ///< The first 16 digits of its key: after a fail-over a number may be given again.
  std::int64_t round = 0; ///< Of sending: what was sent before a retry does not count after it.
  unix_milliseconds expires_at = 0; ///< In whole seconds.
  std::string recipient, channel;   ///< Names, as the settings have them, 100 bytes at most.
  bool shared = false;              ///< Several people read it: whoever acknowledges says his name.

  bool operator==(const alert_link&) const = default;
};

/// Returns what a link of this notification to that recipient says.
alert_link link_to(const notification& what, std::string_view recipient, std::string_view channel,
                   bool shared, unix_milliseconds expires_at);

/// Returns whether the link is of this notification, whatever its round.
bool is_of(const alert_link& link, const notification& what);

/// Returns the token: base64url of version, what it says and 16 bytes of HMAC-SHA256 (RFC 2104,
/// section 5).
std::string sign(const alert_link& link, std::string_view key);

/// Returns what the token says, whether it has expired or not; nothing where none of the keys has
/// signed it. Takes as long for a wrong signature as for a token that is none.
std::optional<alert_link> verify(std::string_view token, std::span<const std::string> keys);

/// Returns the whole link; empty where there are none.
std::string link_text(const alert_link& link, const link_options& options);

/// Longest token: whatever is longer is none.
inline constexpr std::size_t token_letters_max = 400;

} // namespace aepro
