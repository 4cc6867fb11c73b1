#pragma once

/// What well-known receivers want to be sent. Pure.

#include "messages/channel_message.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace aepro {

/// What a receiver reads into plain text, and how that is kept from happening.
enum class text_marks : std::uint8_t {
  none,
  slack, ///< <!channel>, <http://...|text>: & < > are written as entities.
  wecom, ///< <@user>, <font>, [text](link): < > [ ] are written as their full-width forms.
};

/// Where the answer says whether the message was taken.
enum class answer_form : std::uint8_t {
  status,        ///< In the HTTP status.
  wecom_errcode, ///< In the body's errcode; the status is 200 always.
};

struct webhook_preset {
  std::string_view name, content_type, body;
  text_marks marks = text_marks::none;
  std::size_t title_bytes_max = 0, text_bytes_max = 0; ///< 0: all of it.
  answer_form answer = answer_form::status;
};

/// Returns the preset of that name, null where there is none. The empty name has one: nothing is
/// cut or replaced.
const webhook_preset* find_preset(std::string_view name);

/// Returns the names, for messages.
std::string preset_names();

/// Returns what a template's fields stand for in this message, as this receiver wants them: the
/// alert's fields, the message's key, recipient, title (its subject line), text and html, and
/// PagerDuty's severity of the urgency.
std::map<std::string, std::string> values_for(const channel_message& message,
                                              const webhook_preset& preset);

} // namespace aepro
