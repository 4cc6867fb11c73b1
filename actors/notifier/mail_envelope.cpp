#include "actors/notifier/mail_envelope.hpp"

#include "actors/notifier/unicode_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '_' || letter == '.';
  });
}

std::string trouble_of(const channel_message& message) {
  if (breaks_lines(message.recipient))
    return "the recipient has a line end in it";
  if (!is_mail_address(message.recipient))
    return fmt::format("'{}' is no mail address", one_line(message.recipient, 100));
  if (breaks_lines(message.subject))
    return "the subject has a line end in it";
  if (!is_key(message.key))
    return fmt::format("the key '{}' has other characters than letters, digits, '-', '_' and '.', "
                       "or is longer than 64",
                       one_line(message.key, 64));
  return {};
}

} // namespace

std::variant<std::vector<std::string>, std::string>
mail_header_lines(const channel_message& message, const mailbox& from,
                  std::chrono::sys_seconds now) {
  if (auto trouble = trouble_of(message); !trouble.empty())
    return trouble;
  constexpr std::string_view subject = "Subject: ", sender = "From: ";
  const auto domain = from.address.substr(from.address.rfind('@') + 1);
  return std::vector{
      fmt::format("Date: {}", mail_date(now)),
      fmt::format("{}{}", sender, mailbox_header_text(from, sender.size())),
      fmt::format("To: <{}>", message.recipient),
      fmt::format("{}{}", subject, encoded_header_text(message.subject, subject.size())),
      fmt::format("Message-ID: <{}@{}>", message.key,
                  domain), // The same in every try: mail programs drop the second.
      fmt::format("X-Aepro-Idempotency-Key: {}", message.key),
      std::string("Auto-Submitted: auto-generated"), // Holiday answers are for people (RFC 3834).
  };
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
      out += '\r';
    out += text[i];
  }
  return out;
}

} // namespace aepro
