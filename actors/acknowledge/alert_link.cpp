#include "actors/acknowledge/alert_link.hpp"

#include "actors/acknowledge/base64url.hpp"
#include "actors/notifier/unicode_text.hpp"
#include "actors/notifier/webhook_signature.hpp"
#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/ledger/hex.hpp"

#include <openssl/crypto.h>

namespace aepro {

namespace {

constexpr std::size_t mac_bytes = 16;
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t key_digits = 16;
constexpr char version = 1;
/// What webhooks sign with the same secret, should somebody use it for both, is no link.
constexpr std::string_view purpose = "aepro acknowledgement link\n";

std::string mac_of(std::string_view payload, std::string_view key) {
  return hmac_sha256(key, std::string(purpose).append(payload)).substr(0, 2 * mac_bytes);
}

void put_text(std::string& out, const std::string& text) {
  out += static_cast<char>(text.size());
  out += text;
}

std::string payload_of(const alert_link& link) {
  std::string out{version, static_cast<char>(link.shared ? 1 : 0)};
  put_big_endian(out, link.notification_id);
  put_big_endian(out, link.round);
  put_big_endian(out, link.expires_at / 1000);
  put_text(out, link.key_part);
  put_text(out, link.recipient);
  put_text(out, link.channel);
  return out;
}

/// Takes what is there. Signed payloads are ours, but an earlier program may have written them.
class payload_reader {
public:
  explicit payload_reader(std::string_view payload) : rest_(payload) {}

  std::int64_t number() {
    const auto bytes = take(sizeof(std::int64_t));
    return is_good_ ? get_big_endian<std::int64_t>(bytes) : 0;
  }
  unsigned byte() {
    const auto bytes = take(1);
    return is_good_ ? static_cast<std::uint8_t>(bytes.front()) : 0;
  }
  std::string text() {
    const auto size = byte();
    return std::string(take(size));
  }
  bool is_whole() const { return is_good_ && rest_.empty(); }

private:
  std::string_view take(std::size_t size) {
    is_good_ = is_good_ && rest_.size() >= size;
    if (!is_good_)
      return {};
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool is_good_ = true;
};

std::optional<alert_link> read_payload(std::string_view payload) {
  payload_reader from(payload);
  if (from.byte() != static_cast<unsigned>(version))
    return std::nullopt;
  alert_link link;
  link.shared = (from.byte() & 1U) != 0;
  link.notification_id = from.number();
  link.round = from.number();
  link.expires_at = from.number() * 1000;
  link.key_part = from.text();
  link.recipient = from.text();
  link.channel = from.text();
  if (!from.is_whole())
    return std::nullopt;
  return link;
}

} // namespace

alert_link link_to(const notification& what, std::string_view recipient, std::string_view channel,
                   bool shared, unix_milliseconds expires_at) {
  return {what.id,
          what.key.substr(0, key_digits),
          what.round,
          expires_at / 1000 * 1000,
          one_line(recipient, name_bytes_max),
          one_line(channel, name_bytes_max),
          shared};
}

bool is_of(const alert_link& link, const notification& what) {
  return link.notification_id == what.id && link.key_part == what.key.substr(0, key_digits);
}

std::string sign(const alert_link& link, std::string_view key) {
  auto bytes = payload_of(link);
  const auto digits = mac_of(bytes, key);
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return to_base64url(bytes);
}

std::optional<alert_link> verify(std::string_view token, std::span<const std::string> keys) {
  const auto bytes = from_base64url(token.substr(0, token_letters_max + 1)).value_or("");
  const bool is_long_enough = bytes.size() > mac_bytes && token.size() <= token_letters_max;
  const std::string_view all(bytes);
  const auto payload = is_long_enough ? all.substr(0, all.size() - mac_bytes) : std::string_view();
  const auto claimed =
      is_long_enough ? all.substr(payload.size()) : std::string_view("0123456789abcdef");
  const auto digits =
      to_hex({reinterpret_cast<const std::uint8_t*>(claimed.data()), claimed.size()});
  bool is_signed = false;
  for (const auto& key :
       keys) // All of them: how long it takes must not say which was the right one.
    is_signed |= CRYPTO_memcmp(mac_of(payload, key).data(), digits.data(), digits.size()) == 0;
  if (!is_signed || !is_long_enough)
    return std::nullopt;
  return read_payload(payload);
}

std::string link_text(const alert_link& link, const link_options& options) {
  if (!options.makes_links())
    return {};
  const auto& url = options.public_url;
  return url.substr(0, url.find_last_not_of('/') + 1) + "/a/" + sign(link, options.keys.front());
}

} // namespace aepro
