#include "actors/notifier/curl_smtp_channel.hpp"

#include "actors/notifier/curl_session.hpp"
#include "actors/notifier/mail_envelope.hpp"
#include "actors/notifier/secret_mask.hpp"
#include "actors/notifier/smtp_answer.hpp"
#include "actors/notifier/unicode_text.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>

namespace aepro {

namespace {

constexpr int service_closes = 421;

/// But not the 221 to QUIT, with which libcurl ends a connection after a no.
std::size_t keep_last_line(char* data, std::size_t, std::size_t size, void* session) {
  if (!std::string_view(data, size).starts_with("221"))
    static_cast<smtp_session*>(session)->last_line.assign(data, size);
  return size;
}

int code_in(const std::string& line) {
  return line.size() >= 3 && line.find_first_not_of("0123456789") >= 3
             ? std::stoi(line.substr(0, 3))
             : 0;
}

void add_part(curl_mime* parts, const std::string& text, const char* type) {
  auto* part = curl_mime_addpart(parts);
  curl_mime_data(part, text.data(), text.size());
  curl_mime_type(part, type);
  curl_mime_encoder(
      part, "quoted-printable"); // Long lines, bytes above ASCII and single dots pass any server.
}

void attach(curl_mime* parts, const message_attachment& file) {
  auto* part = curl_mime_addpart(parts);
  curl_mime_data(part, file.bytes.data(), file.bytes.size());
  curl_mime_type(part, file.type.c_str());
  curl_mime_filename(part, file.name.c_str());
  curl_mime_encoder(part, "base64"); // Its bytes stay as they are.
}

void add_text(CURL* curl, curl_mime* body, const channel_message& message) {
  const auto text = with_crlf(valid_utf8(message.text));
  if (message.html.empty())
    return add_part(body, text, "text/plain; charset=utf-8");
  auto* both = curl_mime_init(curl);
  add_part(both, text, "text/plain; charset=utf-8");
  add_part(both, with_crlf(valid_utf8(message.html)), "text/html; charset=utf-8");
  auto* part = curl_mime_addpart(body);
  curl_mime_subparts(part, both);
  curl_mime_type(part, "multipart/alternative");
}

curl_mime_body body_of(CURL* curl, const channel_message& message) {
  curl_mime_body body(curl_mime_init(curl));
  add_text(curl, body.get(), message);
  if (message.attachment)
    attach(body.get(), *message.attachment);
  return body;
}

class curl_smtp_channel final : public channel {
public:
  curl_smtp_channel(channel_settings values, mailbox from, call_limit_ptr limit)
      : values_(std::move(values)), from_(std::move(from)), limit_(std::move(limit)) {}
  curl_smtp_channel(const curl_smtp_channel&) = delete;
  curl_smtp_channel& operator=(const curl_smtp_channel&) = delete;

  /// libcurl waits two minutes for the answer to QUIT; a server that hangs must not keep us.
  ~curl_smtp_channel() override {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(curl_.get(), CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK &&
        socket != CURL_SOCKET_BAD)
      ::shutdown(socket, SHUT_RD);
  }

  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       std::chrono::milliseconds patience) override {
    return send_each(messages, patience, *limit_,
                     [this](const auto& message, auto left) { return send(message, left); });
  }

private:
  struct transfer_result {
    smtp_session session;
    CURLcode code = CURLE_OK;
    bool was_stale =
        false; ///< The connection of an earlier message was gone, and nothing of this one was sent.
  };

  sent_message send(const channel_message& message, std::chrono::milliseconds left) {
    const auto give_up = std::chrono::steady_clock::now() + left;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto header = mail_header_lines(message, from_, now);
    if (const auto* why = std::get_if<std::string>(&header))
      return {{.result = attempt_result::refused, .detail = *why}};
    const auto& lines = std::get<std::vector<std::string>>(header);
    auto result = transfer(message, lines, left, false);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
        give_up - std::chrono::steady_clock::now());
    if (result.was_stale && rest.count() > 0)
      result = transfer(message, lines, rest, true);
    auto outcome = outcome_of(result.session);
    outcome.detail = masked(std::move(outcome.detail), values_.password);
    outcome.receipt = masked(std::move(outcome.receipt), values_.password);
    return {std::move(outcome), is_unreachable(result.code)};
  }

  transfer_result transfer(const channel_message& message, const std::vector<std::string>& lines,
                           std::chrono::milliseconds left, bool on_new_connection) {
    transfer_result result;
    std::array<char, CURL_ERROR_SIZE> trouble{};
    auto* curl = curl_.get();
    prepare(left);
    curl_list header, recipients;
    for (const auto& line : lines)
      append(header, line);
    append(recipients, fmt::format("<{}>", message.recipient));
    const auto body = body_of(curl, message);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, header.get());
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, body.get());
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, on_new_connection ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &keep_last_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &result.session);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, trouble.data());
    result.code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
    judge(result, trouble.data());
    return result;
  }

  void prepare(std::chrono::milliseconds left) {
    auto* curl = curl_.get();
    prepare_transfer(curl, values_, left, *limit_);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_URL, values_.url.c_str());
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     static_cast<long>(values_.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, fmt::format("<{}>", from_.address).c_str());
    if (values_.user.empty())
      return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, values_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, values_.password.c_str());
    curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  }

  void judge(transfer_result& result, const char* trouble) {
    long connects = 0;
    curl_off_t uploaded = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(curl_.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
    auto& session = result.session;
    session.taken = result.code == CURLE_OK;
    session.code = code_in(session.last_line);
    // A no to MAIL, RCPT or DATA is libcurl's "send error"; greeting and login have codes of their
    // own.
    session.is_open = result.code == CURLE_SEND_ERROR || uploaded > 0;
    session.trouble = trouble_of(result.code, trouble);
    const bool lost = session.code == service_closes || session.code < 400;
    result.was_stale = !session.taken && connects == 0 && uploaded == 0 && lost &&
                       result.code != CURLE_OPERATION_TIMEDOUT;
  }

  channel_settings values_;
  mailbox from_;
  call_limit_ptr limit_;
  curl_handle curl_ = open_curl();
};

} // namespace

caf::expected<std::unique_ptr<channel>> open_curl_smtp_channel(const channel_settings& values,
                                                               call_limit_ptr limit) {
  const auto wrong = [&](const std::string& what) {
    return caf::make_error(errc::invalid_settings,
                           fmt::format("channels.{}: {}", values.name, what));
  };
  if (!values.url.starts_with("smtp://") && !values.url.starts_with("smtps://"))
    return wrong("url: write smtp://HOST:PORT or smtps://HOST:PORT");
  auto from = parse_mailbox(values.from);
  if (const auto* why = std::get_if<std::string>(&from))
    return wrong("from: " + *why);
  return std::unique_ptr<channel>(std::make_unique<curl_smtp_channel>(
      values, std::get<mailbox>(std::move(from)), std::move(limit)));
}

} // namespace aepro
