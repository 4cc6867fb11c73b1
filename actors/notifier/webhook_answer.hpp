#pragma once

/// What an HTTP answer says of a message. Pure.

#include "actors/notifier/webhook_presets.hpp"
#include "messages/channel_message.hpp"

#include <string>
#include <string_view>

namespace aepro {

struct webhook_answer {
  long status = 0;
  std::string retry_after, request_id; ///< Headers, empty where there are none.
  std::string body;                    ///< Its beginning.
};

/// Returns how long Retry-After wants us to wait, an hour at most: seconds, or an HTTP date (RFC
/// 9110, the fixed form) after `now`; 0 where it says neither, or the date has passed.
std::chrono::milliseconds wait_of(std::string_view retry_after, std::chrono::sys_seconds now);

/// Returns the outcome: 2xx is delivered; 408, 425, 429, 5xx and redirects, which are not followed,
/// have failed; all else is refused. `secret` is kept out of what the answer is quoted with.
channel_outcome outcome_of(const webhook_answer& answer, answer_form form, std::string_view secret,
                           std::chrono::sys_seconds now);

/// Returns the text as one line of 300 bytes at most, with *** for the secret: a receiver may send
/// back what it was sent.
std::string quoted(std::string text, std::string_view secret);

} // namespace aepro
