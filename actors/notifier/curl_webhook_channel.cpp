#include "actors/notifier/curl_webhook_channel.hpp"

#include "actors/notifier/address_reach.hpp"
#include "actors/notifier/curl_session.hpp"
#include "actors/notifier/unicode_text.hpp"
#include "actors/notifier/webhook_answer.hpp"
#include "actors/notifier/webhook_form.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

constexpr std::size_t body_bytes_max = 64 * 1024;

/// An answer as it comes in.
struct incoming {
  webhook_answer answer;
  bool header_is_whole = false;
  bool open_to_private = false;
  std::size_t addresses_closed = 0, addresses_tried = 0;
};

bool is_public(const sockaddr& address) {
  const auto bytes = [](const auto& raw) {
    return std::span(reinterpret_cast<const std::uint8_t*>(&raw), sizeof raw);
  };
  if (address.sa_family == AF_INET)
    return is_public_address(bytes(reinterpret_cast<const sockaddr_in&>(address).sin_addr));
  if (address.sa_family == AF_INET6)
    return is_public_address(bytes(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr));
  return false;
}

/// Sees the address after the look-up: a name that leads to another one a moment later deceives
/// nobody.
curl_socket_t open_socket(void* state, curlsocktype, curl_sockaddr* address) {
  auto& into = *static_cast<incoming*>(state);
  if (!into.open_to_private && !is_public(address->addr)) {
    ++into.addresses_closed;
    return CURL_SOCKET_BAD;
  }
  ++into.addresses_tried;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* state) {
  auto& into = *static_cast<incoming*>(state);
  const std::string_view line(data, size);
  const auto colon = line.find(':');
  const auto is = [&](const char* name) {
    return strncasecmp(data, name, std::max(colon, strlen(name))) == 0;
  };
  if (line.starts_with("HTTP/")) { // Another one follows a 1xx.
    into.answer = {.status = 0};
    into.header_is_whole = false;
  } else if (line == "\r\n" || line == "\n") {
    into.header_is_whole = true;
  } else if (colon != line.npos) {
    auto value = one_line(line.substr(colon + 1), 200);
    if (is("retry-after"))
      into.answer.retry_after = std::move(value);
    else if (is("x-request-id") || is("request-id") || is("x-slack-req-id") ||
             is("x-correlation-id"))
      into.answer.request_id = std::move(value);
  }
  return size;
}

/// Stops the transfer at the limit.
std::size_t take_body(char* data, std::size_t, std::size_t size, void* state) {
  auto& body = static_cast<incoming*>(state)->answer.body;
  body.append(data, std::min(size, body_bytes_max - body.size()));
  return body.size() < body_bytes_max ? size : 0;
}

class curl_webhook_channel final : public channel {
public:
  curl_webhook_channel(channel_settings values, webhook_form form, call_limit_ptr limit)
      : values_(std::move(values)), form_(std::move(form)), limit_(std::move(limit)) {}

  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       std::chrono::milliseconds patience) override {
    return send_each(messages, patience, *limit_,
                     [this](const auto& message, auto left) { return send(message, left); });
  }

private:
  sent_message send(const channel_message& message, std::chrono::milliseconds left) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto request = form_.fill(message, now);
    incoming into;
    into.open_to_private = values_.allow_private;
    std::array<char, CURL_ERROR_SIZE> trouble{};
    const auto code = transfer(request, into, trouble.data(), left);
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    into.answer.status = status;
    // What is wrong with the rest of the answer, too large or too slow, changes nothing in what was
    // done.
    if (into.header_is_whole && status >= 200)
      return {outcome_of(into.answer, form_.answer(), values_.secret, now)};
    channel_outcome outcome;
    if (into.addresses_closed > 0 && into.addresses_tried == 0) {
      outcome.result = attempt_result::refused;
      outcome.detail =
          "leads to an address of this machine or of a private network; allow_private permits it";
      return {outcome};
    }
    outcome.detail = quoted(trouble_of(code, trouble.data()), values_.secret);
    return {outcome, is_unreachable(code)};
  }

  CURLcode transfer(const webhook_request& request, incoming& into, char* trouble,
                    std::chrono::milliseconds left) {
    auto* curl = curl_.get();
    prepare_transfer(curl, values_, left, *limit_);
    curl_list headers;
    append(headers, "Expect:"); // Not waiting for a go-ahead.
    append(headers, "User-Agent: aepro");
    for (const auto& line : request.headers)
      append(headers, line);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, values_.allow_private ? "https,http" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &into);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &into);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &into);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, trouble);
    const auto code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
    return code;
  }

  channel_settings values_;
  webhook_form form_;
  call_limit_ptr limit_;
  curl_handle curl_ = open_curl();
};

} // namespace

caf::expected<std::unique_ptr<channel>> open_curl_webhook_channel(const channel_settings& values,
                                                                  call_limit_ptr limit) {
  auto form = webhook_form::parse(values);
  if (const auto* why = std::get_if<std::string>(&form))
    return caf::make_error(errc::invalid_settings,
                           fmt::format("channels.{}: {}", values.name, *why));
  return std::unique_ptr<channel>(std::make_unique<curl_webhook_channel>(
      values, std::get<webhook_form>(std::move(form)), std::move(limit)));
}

} // namespace aepro
