#pragma once

/// Header fields of mail messages (RFC 5322, RFC 2047). Pure.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace aepro {

/// Returns a text as a header's value behind `name: `: itself where it is short printable ASCII,
/// else UTF-8 in encoded words, folded with CRLF and a blank, 76 characters a line at most; no
/// character is split between two words.
std::string encoded_header_text(std::string_view text, std::size_t columns_taken);

/// Returns whether it is an address that we send to: local@domain, in ASCII, without quotes,
/// comments or an address literal, at most 254 bytes.
bool is_mail_address(std::string_view text);

struct mailbox {
  std::string name, address; ///< The name may be empty.
};

/// Returns the parts of `NAME <ADDRESS>` or `ADDRESS`, or what is wrong with it.
std::variant<mailbox, std::string> parse_mailbox(std::string_view text);

/// Returns the mailbox as a header's value behind `columns_taken` characters of the line.
std::string mailbox_header_text(const mailbox& from, std::size_t columns_taken);

/// Returns an instant as mail headers have it, in UTC.
std::string mail_date(std::chrono::sys_seconds at);

} // namespace aepro
