#pragma once

/// Forms of a history as rows and parameters of statements.

#include "actors/storage/sql_session.hpp"
#include "messages/reviewed_form.hpp"

#include <set>
#include <string>
#include <vector>

namespace aepro {

/// A row of keep_forms.
std::vector<sql_value> form_values(const std::string& history_key, const reviewed_form& form);

/// From a row of forms_of_history.
reviewed_form form_of(const sql_row& row);

/// Names, one in each line.
std::set<std::string> lines_of(const std::string& text);
std::string text_of_lines(const std::set<std::string>& lines);

/// Adds those forms of a segment to a page that are from its `next_offset` on and before its end.
/// Returns false where it has `forms_max` before they are all there; `next_offset` is the next one.
bool add_forms(form_page& page, form_list forms, std::size_t forms_max);

} // namespace aepro
