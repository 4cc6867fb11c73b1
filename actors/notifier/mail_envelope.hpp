#pragma once

/// The header of one mail, or why it is not sent. Pure.

#include "actors/notifier/mail_header.hpp"
#include "messages/channel_message.hpp"

#include <string>
#include <variant>
#include <vector>

namespace aepro {

/// Returns the header's lines without their ends (folded ones have CRLF within), or why the message
/// is refused: a line end in the subject, recipient or key would add headers or recipients of
/// somebody else's choice.
std::variant<std::vector<std::string>, std::string>
mail_header_lines(const channel_message& message, const mailbox& from,
                  std::chrono::sys_seconds now);

/// Returns a text with CRLF for each line end.
std::string with_crlf(std::string_view text);

} // namespace aepro
