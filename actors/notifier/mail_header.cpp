#include "actors/notifier/mail_header.hpp"

#include "actors/notifier/unicode_text.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>

namespace aepro {

namespace {

constexpr std::size_t line_columns_max = 76;
constexpr std::string_view word_begin = "=?UTF-8?B?", word_end = "?=";

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter >= 0x20 && letter < 0x7f; });
}

bool is_letter_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9');
}

bool is_atom(std::string_view text) {
  static constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~";
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    return is_letter_or_digit(letter) || marks.find(letter) != marks.npos;
  });
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(
             text, [](char letter) { return is_letter_or_digit(letter) || letter == '-'; });
}

template <class Predicate>
bool all_parts(std::string_view text, Predicate is_good) {
  for (;;) {
    const auto dot = text.find('.');
    if (!is_good(text.substr(0, dot)))
      return false;
    if (dot == text.npos)
      return true;
    text.remove_prefix(dot + 1);
  }
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0'); // OpenSSL writes a NUL behind it.
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), from,
                                    static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// Returns how many bytes of whole characters fit into one encoded word of a line.
std::size_t word_bytes(std::string_view text, std::size_t columns_taken) {
  const auto taken = columns_taken + word_begin.size() + word_end.size();
  const auto bytes_max = taken < line_columns_max ? (line_columns_max - taken) / 4 * 3 : 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const auto next = character_bytes(text.substr(bytes));
    if (bytes + next > bytes_max)
      break;
    bytes += next;
  }
  return bytes;
}

} // namespace

std::string encoded_header_text(std::string_view text, std::size_t columns_taken) {
  if (is_printable(text) && text.find("=?") == text.npos &&
      columns_taken + text.size() <= line_columns_max && text == trim(text))
    return std::string(text);
  const auto whole = valid_utf8(text);
  std::string_view rest = whole;
  std::string out;
  while (!rest.empty()) {
    const auto bytes = word_bytes(rest, columns_taken);
    if (bytes > 0)
      out.append(word_begin).append(base64(rest.substr(0, bytes))).append(word_end);
    rest.remove_prefix(bytes);
    if (!rest.empty())
      out += "\r\n ";
    columns_taken = 1;
  }
  return out;
}

bool is_mail_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos || text.size() > 254 || at > 64)
    return false;
  return all_parts(text.substr(0, at), is_atom) && all_parts(text.substr(at + 1), is_label);
}

std::variant<mailbox, std::string> parse_mailbox(std::string_view text) {
  if (breaks_lines(text))
    return "the sender has a line end in it";
  mailbox made{{}, std::string(trim(text))};
  const auto begin = text.rfind('<');
  if (begin != text.npos && trim(text).ends_with('>')) {
    auto name = trim(text.substr(0, begin));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
      name = name.substr(1, name.size() - 2);
    const auto address = text.substr(begin + 1);
    made = {std::string(name), std::string(trim(address.substr(0, address.rfind('>'))))};
  }
  if (!is_mail_address(made.address))
    return fmt::format("the sender '{}' is no mail address: write NAME <LOCAL@DOMAIN>",
                       one_line(text, 100));
  return made;
}

std::string mailbox_header_text(const mailbox& from, std::size_t columns_taken) {
  if (from.name.empty())
    return from.address;
  const bool is_plain = std::ranges::all_of(from.name, [](char letter) {
    return is_letter_or_digit(letter) || letter == ' ' || letter == '-' || letter == '_';
  });
  auto name = encoded_header_text(from.name, columns_taken);
  if (name == from.name &&
      !is_plain) { // Printable; a quoted string takes all of it but two characters.
    name = "\"";
    for (const char letter : from.name)
      name.append(letter == '"' || letter == '\\' ? "\\" : "").push_back(letter);
    name += '"';
  }
  return fmt::format("{}\r\n <{}>", name, from.address); // On a line of its own: both may be long.
}

std::string mail_date(std::chrono::sys_seconds at) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                     days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

} // namespace aepro
