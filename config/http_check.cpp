#include "config/http_check.hpp"

#include "config/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

constexpr std::size_t key_letters_min = 32;
constexpr std::size_t keys_max = 8;
constexpr std::size_t url_bytes_max = 200; // A text message has to hold the link.

void refuse(std::vector<setting_problem>& found, std::string_view name, std::string message) {
  found.push_back({"", std::string(name), std::move(message)});
}

/// What stands in texts, attributes and chat messages unescaped.
bool is_plain_url(std::string_view url) {
  return std::ranges::all_of(url, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') ||
           std::string_view("-._~:/%[]").find(letter) != std::string_view::npos;
  });
}

void check_public_url(std::vector<setting_problem>& found, const http_settings& http) {
  const auto& url = http.public_url;
  if (url.empty())
    return;
  const auto scheme = url.find("://");
  const auto rest = scheme == std::string::npos ? std::string() : url.substr(scheme + 3);
  const auto host = rest.substr(0, rest.find('/'));
  const bool is_local = host == "localhost" || host.starts_with("localhost:") ||
                        host.starts_with("127.") || host.starts_with("[::1]");
  if (!(url.starts_with("https://") || url.starts_with("http://")) || host.empty() ||
      !is_plain_url(url) || url.size() > url_bytes_max)
    refuse(found, "http.public_url",
           fmt::format("'{}' is not https://HOST or https://HOST/PATH of {} letters at most", url,
                       url_bytes_max));
  else if (url.starts_with("http://") && !is_local && !http.plain)
    refuse(found, "http.public_url",
           "http:// would carry links in the clear, and whoever reads one can use it; write "
           "https://, or http.plain: true "
           "in a closed network");
}

void check_keys(std::vector<setting_problem>& found, const http_settings& http) {
  const auto keys = link_keys_of(http.link_keys);
  if (keys.empty())
    return refuse(found, "http.link_key_file",
                  "is missing: the file with the secret that signs links, for example made by "
                  "`openssl rand -hex 32`");
  if (keys.size() > keys_max)
    refuse(found, "http.link_key_file",
           fmt::format("the file has {} lines; {} secrets at most", keys.size(), keys_max));
  if (std::ranges::any_of(keys,
                          [](const std::string& key) { return key.size() < key_letters_min; }))
    refuse(found, "http.link_key_file",
           fmt::format("the file has a line of fewer than {} letters, which could be guessed; "
                       "`openssl rand -hex 32` makes "
                       "a good one",
                       key_letters_min));
}

void check_listen(std::vector<setting_problem>& found, const http_settings& http) {
  const auto address = parse_listen_address(http.listen);
  if (!address)
    return refuse(found, "http.listen",
                  fmt::format("'{}' is not HOST:PORT, for example 127.0.0.1:8443", http.listen));
  if (http.public_url.empty())
    refuse(found, "http.public_url",
           "is missing: what links begin with, as people reach http.listen");
  if (http.certificate_file.empty() && !address->is_loopback() && !http.plain)
    refuse(found, "http.listen",
           "without TLS others could read links on their way; set http.certificate_file and "
           "http.key_file, or listen on "
           "127.0.0.1 behind a reverse proxy with TLS, or set http.plain: true where the proxy is "
           "on another machine");
}

} // namespace

bool listen_address::is_loopback() const {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::optional<listen_address> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  const auto port = parse_integer(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return std::nullopt; // An IPv6 address without brackets: its last part would be the port.
  if (host.empty() || !port || *port < 0 || *port > 65535)
    return std::nullopt;
  return listen_address{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::vector<std::string> link_keys_of(std::string_view text) {
  std::vector<std::string> keys;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (const auto line = trim(text.substr(0, end)); !line.empty())
      keys.emplace_back(line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return keys;
}

void check_http(std::vector<setting_problem>& found, const http_settings& http) {
  if (http.certificate_file.empty() != http.key_file.empty())
    refuse(found, http.key_file.empty() ? "http.key_file" : "http.certificate_file",
           "is missing: TLS needs the certificate and its key");
  check_public_url(found, http);
  if (!http.listen.empty())
    check_listen(found, http);
  if (!http.listen.empty() || !http.public_url.empty())
    check_keys(found, http);
}

} // namespace aepro
