#pragma once

/// Which settings of the links and of their server cannot work.

#include "config/settings_loader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

struct listen_address {
  std::string host; ///< An IP address (IPv6 without brackets) or localhost.
  std::uint16_t port = 0;

  /// Whether only this machine reaches it.
  bool is_loopback() const;
};

/// Returns the address of HOST:PORT or [IPv6]:PORT; port 0 is any free one. Nothing: it is no such
/// text. The host is not looked at.
std::optional<listen_address> parse_listen_address(std::string_view text);

/// Returns the secrets of a key file's lines, in order; empty lines are left out.
std::vector<std::string> link_keys_of(std::string_view text);

/// Adds what cannot work.
void check_http(std::vector<setting_problem>& found, const http_settings& http);

} // namespace aepro
