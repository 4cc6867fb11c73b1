#include "actors/notifier/smtp_answer.hpp"

#include "actors/notifier/unicode_text.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

constexpr std::size_t receipt_bytes_max = 200, detail_bytes_max = 500;

/// 530 login first, 534 weak mechanism, 535 wrong password, 538 only with TLS: ours to repair, not
/// the message's fault.
bool is_about_login(int code) {
  return code == 530 || code == 534 || code == 535 || code == 538;
}

std::string_view without_code(std::string_view line) {
  return line.size() > 4 ? line.substr(4) : std::string_view{};
}

} // namespace

channel_outcome outcome_of(const smtp_session& session) {
  channel_outcome outcome;
  if (session.taken) {
    outcome.result = attempt_result::delivered;
    outcome.receipt = one_line(without_code(session.last_line), receipt_bytes_max);
    return outcome;
  }
  const bool final_no = session.code >= 500 && session.code < 600 && !is_about_login(session.code);
  outcome.result = session.is_open && final_no ? attempt_result::refused : attempt_result::failed;
  const bool server_said_no = session.code >= 400;
  outcome.detail = one_line(server_said_no ? session.last_line : session.trouble, detail_bytes_max);
  return outcome;
}

} // namespace aepro
