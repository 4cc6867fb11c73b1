#include "actors/publish/published_event.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace aepro {

std::string record_key(std::string_view study, std::string_view subject) {
  std::string key;
  key.reserve(study.size() + subject.size() + 1);
  for (const char letter : study) {
    if (letter == '%')
      key += "%25";
    else if (letter == '/')
      key += "%2F";
    else
      key += letter;
  }
  key += '/';
  key += subject;
  return key;
}

void mark_as_history(published_event& event, bool with_alerts) {
  constexpr char tag_of_origin = 11 << 3; // aepro.v1.Event.origin, a varint.
  event.value += {tag_of_origin, static_cast<char>(with_alerts ? event_origin::history_with_alerts
                                                               : event_origin::history)};
}

std::string make_traceparent(std::string_view run, std::uint64_t index) {
  const auto name = fmt::format("{}/{}", run, index);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(name.data(), name.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text = "00-";
  for (std::size_t i = 0; i < 24; ++i)
    text += fmt::format("{}{:02x}", i == 16 ? "-" : "", digest[i]);
  return text + "-01";
}

} // namespace aepro
