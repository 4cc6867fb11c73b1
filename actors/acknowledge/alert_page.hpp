#pragma once

/// The pages that people see: HTML without scripts, whose texts are escaped. Pure.

#include "actors/acknowledge/alert_link.hpp"
#include "config/notifier_settings.hpp"
#include "messages/notification.hpp"
#include "messages/web_question.hpp"

#include <string>
#include <string_view>

namespace aepro {

/// What stands in the form: what its reader has sent before, and what was wrong with it.
struct page_form {
  std::string name, reason, trouble;
};

inline constexpr std::size_t name_letters_max = 100;
inline constexpr std::size_t reason_letters_max = 500;

/// Returns the alert with its state and, where nobody has acknowledged it, the form. Shows of
/// study, site and subject what the rule's own texts show. `just_acknowledged`: by this request.
std::string page_of_alert(const notification& what, const alert_rule_settings& rule,
                          const alert_link& link, const page_form& form, bool just_acknowledged);

/// Returns a page that says `title` and `text`.
std::string page_of_notice(std::string_view title, std::string_view text);

/// Returns an answer with a page, and the headers that keep it to its reader: it is not stored,
/// framed or told to others.
web_answer page_answer(int status, std::string page);

/// Returns the answer of `status` with a page that says so: 404, 405, 411, 413, 429, 431, 500, 503;
/// else 400.
web_answer plain_answer(int status);

} // namespace aepro
