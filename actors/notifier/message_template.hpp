#pragma once

/// Texts with {{field}} in them, filled with what may come from a patient. Pure.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aepro {

/// How a field is written, so that its text stays text whatever it holds.
enum class escaping : std::uint8_t {
  none,   ///< As it is: a mail's text.
  line,   ///< Control characters become spaces: header fields and subjects.
  json,   ///< Within a JSON string.
  markup, ///< Within XML or HTML: element text and quoted attributes.
  form,   ///< Percent-encoded: URLs and forms.
};

/// Returns a text written that way, as valid UTF-8.
std::string escaped(std::string_view text, escaping how);

/// What templates may name: what a message itself has, and its alert's fields.
std::span<const std::string_view> template_fields();

/// May be used by several threads.
class message_template {
public:
  /// Returns the template, or what is wrong with it: a field that is not among `names` (with the
  /// nearest that is), a field without its end, a JSON text that is none or has a field outside a
  /// string.
  static std::variant<message_template, std::string> parse(std::string_view text, escaping how,
                                                           std::span<const std::string_view> names);

  /// Returns the text with each field's value, empty where there is none. Values are never looked
  /// into for fields.
  std::string fill(const std::map<std::string, std::string>& values) const;

private:
  struct piece {
    std::string literal, field; ///< The field stands behind the literal; empty: none.
  };
  std::vector<piece> pieces_;
  escaping how_ = escaping::none;
};

} // namespace aepro
