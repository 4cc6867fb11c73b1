// What strangers send to acknowledge: no link is forged, what a form says stays text, no message
// ends anything.
#include "actors/acknowledge/web_desk.hpp"
#include "messages/codec/acknowledgement_decoder.hpp"
#include "messages/codec/text_trouble.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace aepro;

const link_options links{
    "https://alerts.example/x", {"a key that no input will ever guess, ever"}, {}};
const notification what{.id = 1, .key = std::string(32, 'a'), .rule = "phq9-item-9"};
const std::string target = "/a/" + sign(link_to(what, "Desk", "mail", true, 1'000), links.keys[0]);

/// Returns how many tags the form has that is shown to whoever has sent `body`.
std::ptrdiff_t tags_after(const std::string& body) {
  const auto read = read_request({"POST", target, body, ""}, links);
  const auto page = page_of_alert(what, {}, std::get<wanted_alert>(read).link,
                                  std::get<wanted_alert>(read).form, false);
  if (examine_text(page) != no_trouble)
    std::abort();
  return std::ranges::count(page.substr(page.find("<form")), '<');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  for (const auto& path : {input, "/a/" + input})
    if (std::holds_alternative<wanted_alert>(read_request({"POST", path, "", ""}, links)) &&
        !path.ends_with(target))
      std::abort();
  static const auto own_tags = tags_after("");
  if (tags_after(input) != own_tags)
    std::abort();
  static_cast<void>(codec::read_acknowledgement(input));
  return 0;
}
