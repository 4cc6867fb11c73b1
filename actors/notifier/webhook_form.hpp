#pragma once

/// What a webhook channel's settings make of a message. Pure.

#include "actors/notifier/message_template.hpp"
#include "actors/notifier/webhook_presets.hpp"
#include "config/notifier_settings.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aepro {

struct webhook_request {
  std::string url;
  std::vector<std::string>
      headers; ///< Lines, `Name: value`, or `Name;` without a value, as libcurl takes them.
  std::string body;
};

/// What an address is where it is the channel's secret: settings and attempts hold this instead.
inline constexpr std::string_view secret_mark = "{{secret}}";

/// May be used by several threads.
class webhook_form {
public:
  /// Returns the form, or what is wrong with the settings: the address, the preset, a template, a
  /// header. The address and headers' values may name {{secret}}; it is put into the address as it
  /// is, fields percent-encoded, and not before the path.
  static std::variant<webhook_form, std::string> parse(const channel_settings& values);

  /// Returns the request, to the secret where the recipient is secret_mark; signed at `now` where
  /// there is a secret. Throws std::runtime_error where OpenSSL cannot sign.
  webhook_request fill(const channel_message& message, std::chrono::sys_seconds now) const;

  answer_form answer() const { return preset_->answer; }

private:
  std::string parse_address(const channel_settings& values);
  std::string parse_body(const channel_settings& values);
  std::string parse_headers(const channel_settings& values);

  const webhook_preset* preset_ = nullptr;
  std::vector<message_template> address_; ///< The secret stands between each two.
  message_template body_;
  std::string content_type_, secret_;
  std::vector<std::pair<std::string, message_template>> headers_;
};

} // namespace aepro
