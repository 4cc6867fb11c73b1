#include "actors/storage/rows/canonical_text.hpp"
#include "actors/storage/rows/codelists.hpp"
#include "actors/storage/rows/ledger_layout.hpp"
#include "actors/storage/rows/plan_rows.hpp"
#include "actors/storage/rows/row_writer.hpp"
#include "test/support/test_events.hpp"

#include "aepro/v1/event.pb.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <string>

BOOST_AUTO_TEST_SUITE(stored_rows)

namespace {

using namespace aepro;
using namespace aepro::test;

/// Cells by column name, "NULL" for NULL.
std::map<std::string, std::string, std::less<>> named(const row_layout& layout,
                                                      std::span<const cell> row) {
  BOOST_REQUIRE(layout.columns.size() == row.size());
  std::map<std::string, std::string, std::less<>> out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool is_text = layout.columns[i].type == column_type::text;
    out[std::string(layout.columns[i].name)] = !row[i].present ? "NULL"
                                               : is_text       ? std::string(row[i].text)
                                                               : std::to_string(row[i].number);
  }
  return out;
}

auto event_cells(const std::string& value) {
  const auto batch = decided({.begin_offset = 0, .values = {value}});
  row_writer writer;
  return named(event_layout(batch->records[0].event.kind),
               writer.event({4, 5, 6}, batch->records[0], 0));
}

} // namespace

BOOST_AUTO_TEST_CASE(an_adverse_event_has_codes_flags_and_texts) {
  const auto row = event_cells(adverse_event_value({.event_id = ordered_id(1)}, "DEATH", true));
  BOOST_TEST(row.at("stream_id") == "4");
  BOOST_TEST(row.at("record_offset") == "5");
  BOOST_TEST(row.at("kind") == "1");
  BOOST_TEST(row.at("event_id") == "NULL"); // The key is the id.
  BOOST_TEST(row.at("aesev") == "1");
  BOOST_TEST(row.at("aeout") == "5");
  BOOST_TEST(row.at("aeacn") == "NULL");
  BOOST_TEST(row.at("aeterm") == "DEATH");
  BOOST_TEST(row.at("other") == "NULL");
  BOOST_TEST(row.at("start_date") == "16073"); // 2014-01-03
  BOOST_TEST(row.at("lateness_ms") == "NULL");
  const auto flags = std::stoll(row.at("flags"));
  BOOST_TEST(((flags >> flag_shift) & 3) == 1);       // AESER = N
  BOOST_TEST(((flags >> (flag_shift + 2)) & 3) == 2); // AESDTH = Y
}

BOOST_AUTO_TEST_CASE(values_outside_a_codelist_are_kept_as_they_are) {
  v1::Event event;
  BOOST_REQUIRE(event.ParseFromString(adverse_event_value({.event_id = "x"})));
  auto& body = *event.mutable_adverse_event();
  body.set_aesev("mild \"x\"");
  body.set_aeser("U");
  body.set_aetoxgr("6");
  body.set_aestdtc("2014-01");
  body.set_aeseq("007");
  const auto batch = decided({.begin_offset = 0, .values = {event.SerializeAsString()}});
  row_writer writer;
  const auto row =
      named(event_layout(event_kind::adverse_event), writer.event({1, 1, 1}, batch->records[0], 9));
  BOOST_TEST(row.at("aesev") == "NULL");
  BOOST_TEST(row.at("start_date") == "NULL");
  BOOST_TEST(row.at("aeseq") == "NULL");
  BOOST_TEST(
      row.at("other") ==
      R"({"AESER":"U","AESTDTC":"2014-01","AESEQ":"007","AESEV":"mild \"x\"","AETOXGR":"6"})");
  BOOST_TEST(((std::stoll(row.at("flags")) >> flag_shift) & 3) == 3);
  BOOST_TEST(row.at("event_id") == "x");
  BOOST_TEST(row.at("lateness_ms") == "9");
}

BOOST_AUTO_TEST_CASE(a_response_keeps_its_answers_beside_shared_link_ids) {
  const auto batch = decided(
      {.begin_offset = 0, .values = {response_value({.event_id = "q"}, {"3", "", "a\nb", "03"})}});
  auto& body = std::get<questionnaire_response_view>(batch->records[0].event.body);
  std::vector<answer_view> answers(body.answers.rbegin(), body.answers.rend()); // Any order.
  answers[2].missing_reason = "REFUSED";
  body.answers = answers;
  row_writer writer;
  const auto row = named(event_layout(event_kind::questionnaire_response),
                         writer.event({4, 5, 6}, batch->records[0], 0));
  BOOST_TEST(row.at("answers") == R"([3,["","REFUSED"],"a\u000ab","03"])");
  const auto fresh = writer.shared().fresh();
  const auto form = std::find_if(fresh.begin(), fresh.end(), [](const shared_row& candidate) {
    return candidate.table == shared_table::form;
  });
  BOOST_REQUIRE(form != fresh.end());
  BOOST_TEST(std::to_string(form->id) == row.at("form_id"));
  BOOST_TEST(form->texts.front() == "PHQ-9");
  BOOST_TEST(form->texts.back() == R"(["PHQ0101","PHQ0102","PHQ0103","PHQ0104"])");
  BOOST_TEST(row.at("completed_at") == std::to_string(1'750'000'000'000 * 4096 + 120 + 2048));
  BOOST_TEST(row.at("started_at") == "NULL");
}

BOOST_AUTO_TEST_CASE(shared_rows_are_fresh_until_they_are_stored) {
  const std::array<std::string_view, 2> one{"S", "701"}, other{"S7", "01"}, nothing{"", ""};
  shared_rows shared;
  const auto id = shared.refer(shared_table::place, one).number;
  BOOST_TEST(shared.refer(shared_table::place, one).number == id);
  BOOST_TEST(shared.refer(shared_table::place, other).number != id);
  BOOST_TEST(!shared.refer(shared_table::place, nothing).present);
  BOOST_TEST(shared.fresh().size() == 2U);
  shared.settle(false);
  BOOST_TEST(shared.refer(shared_table::place, one).number == id);
  BOOST_TEST(shared.fresh().size() == 1U);
  shared.settle(true);
  shared.refer(shared_table::place, one);
  BOOST_TEST(shared.fresh().empty());
  sha256 hasher;
  BOOST_TEST(shared_id(shared_table::place, one, hasher) == id);
}

BOOST_AUTO_TEST_CASE(a_full_memory_of_shared_rows_forgets_and_goes_on) {
  shared_rows shared(1);
  const std::array<std::string_view, 2> one{"S", "701"}, other{"S", "702"};
  shared.refer(shared_table::place, one);
  shared.refer(shared_table::place, other);
  shared.settle(true);
  shared.refer(shared_table::place, one);
  BOOST_TEST(shared.fresh().size() == 1U);
}

BOOST_AUTO_TEST_CASE(only_texts_that_a_number_gives_back_become_numbers) {
  BOOST_TEST((canonical_integer("12", 100) == 12));
  BOOST_TEST((canonical_integer("-12", 100) == -12));
  BOOST_TEST((canonical_integer("0", 100) == 0));
  for (const auto* text :
       {"", "-", "-0", "012", "+1", "1.0", " 1", "101", "1x", "99999999999999999999"})
    BOOST_TEST(!canonical_integer(text, 100), text);
  BOOST_TEST((canonical_date("1970-01-01") == 0));
  BOOST_TEST((canonical_date("2024-02-29") == 19782));
  for (const auto* text :
       {"", "2024", "2024-13-40", "2023-02-29", "0000-01-01", "2024-1-01", "2024-01-01T00"})
    BOOST_TEST(!canonical_date(text), text);
}

BOOST_AUTO_TEST_CASE(text_becomes_storable_and_stays_as_it_is_where_it_was) {
  std::deque<std::string> scratch;
  const auto stored = [&](std::string_view text) {
    return std::string(stored_text(text, scratch));
  };
  const std::string plain = "Zażółć gęślą jaźń 頭痛 😀 longer than eight";
  BOOST_TEST(stored(plain) == plain);
  BOOST_TEST(scratch.empty());
  BOOST_TEST(stored(std::string("a\0b", 3)) == "a\xef\xbf\xbd"
                                               "b");
  BOOST_TEST(stored("12345678\xff") == "12345678\xef\xbf\xbd");
  BOOST_TEST(stored("\xc0\xaf") == "\xef\xbf\xbd\xef\xbf\xbd"); // overlong
  BOOST_TEST(stored("\xed\xa0\x80x").ends_with("x"));           // surrogate
  BOOST_TEST(!is_storable("\xed\xa0\x80"));
  BOOST_TEST(!is_storable("\xf4\x90\x80\x80")); // beyond U+10FFFF
  BOOST_TEST(!is_storable("\xe2\x82"));         // cut short
  BOOST_TEST(is_storable("\xf4\x8f\xbf\xbf"));
}

BOOST_AUTO_TEST_CASE(only_the_uuid_text_of_a_key_is_left_out) {
  for (const auto& id : {ordered_id(1), std::string("0198C0DE-0000-7000-8000-00000000000A")})
    BOOST_TEST(event_cells(adverse_event_value({.event_id = id})).at("event_id") == "NULL");
  for (const std::string id :
       {"01890000-0000-7000-8000x000000000001", "01890000-0000-7000-8000-00000000000", "x"})
    BOOST_TEST(event_cells(adverse_event_value({.event_id = id})).at("event_id") == id);
}

BOOST_AUTO_TEST_CASE(no_layout_has_more_columns_than_the_writer_has_cells) {
  for (const auto* layout :
       {&event_layout(event_kind::adverse_event), &event_layout(event_kind::questionnaire_response),
        &event_layout(event_kind::subject), &finding_layout(), &alert_layout(),
        &dead_letter_layout(), &conflict_layout(), &subject_layout()})
    BOOST_TEST(layout->columns.size() <= row_writer::cells_max);
}

BOOST_AUTO_TEST_CASE(the_answers_of_a_form_do_not_depend_on_the_forms_before) {
  // More shapes than are remembered, then the first again; ids out of order, and one that needs
  // escaping.
  const auto value = [](std::size_t questions) {
    v1::Event event;
    BOOST_REQUIRE(event.ParseFromString(response_value({.event_id = "q"}, {})));
    for (std::size_t i = questions; i > 0; --i) {
      auto& answer = *event.mutable_questionnaire_response()->add_answers();
      answer.set_link_id(i == 1 ? "a\"b" : "q" + std::to_string(i));
      answer.set_value(i == 2 ? "two words" : std::to_string(i));
    }
    return event.SerializeAsString();
  };
  row_writer writer;
  const auto cells = [&](std::size_t questions) {
    const auto batch = decided({.begin_offset = 0, .values = {value(questions)}});
    const auto row = named(event_layout(event_kind::questionnaire_response),
                           writer.event({1, 2, 3}, batch->records[0], 0));
    return std::pair(row.at("answers"), row.at("form_id"));
  };
  const auto first = cells(3);
  BOOST_TEST(first.first == R"([1,"two words",3])");
  BOOST_TEST(writer.shared().fresh().back().texts.back() == R"(["a\"b","q2","q3"])");
  for (std::size_t questions = 1; questions <= answer_shapes::shapes_max + 3; ++questions)
    cells(questions);
  cells(answer_shapes::questions_max + 1);
  BOOST_TEST((cells(3) == first));
}

BOOST_AUTO_TEST_CASE(a_wide_row_has_every_cell_of_its_kind_and_no_other) {
  const auto batch =
      decided({.begin_offset = 0, .values = {response_value({.event_id = "q"}, {"3"})}});
  row_writer writer;
  const auto kind = event_kind::questionnaire_response;
  const auto narrow = writer.event({1, 2, 3}, batch->records[0], 0);
  std::vector<cell> wide;
  widen_event_row(kind, narrow, wide);
  const auto by_name = named(ledger_layout(ledger_table::event), wide);
  for (const auto& [name, value] : named(event_layout(kind), narrow))
    BOOST_TEST(by_name.at(name) == value);
  BOOST_TEST(by_name.at("aeterm") == "NULL");
}

BOOST_AUTO_TEST_CASE(subject_keys_cannot_be_confused) {
  BOOST_TEST((subject_row_key("a", "bc") != subject_row_key("ab", "c")));
  BOOST_TEST((subject_row_key("a", "b") == subject_row_key("a", "b")));
}

BOOST_AUTO_TEST_CASE(versions_continue_what_the_store_has) {
  std::vector<planned_subject> subjects(3);
  subjects[1].subject[0] = 1;
  assign_versions(subjects, {{event_key{}, 4}});
  BOOST_TEST(subjects[0].version == 5U);
  BOOST_TEST(subjects[1].version == 1U);
  BOOST_TEST(subjects[2].version == 6U);
}

BOOST_AUTO_TEST_CASE(the_sender_s_deadline_counts_and_else_the_lane_s) {
  event_view event;
  BOOST_TEST(lateness_ms(event, {1'000, {}}) == 0);
  BOOST_TEST(lateness_ms(event, {1'000, 993}) == 7);
  BOOST_TEST(lateness_ms(event, {993, 993}) == 0);
  event.deadline = {990, 0, true};
  BOOST_TEST(lateness_ms(event, {1'000, {}}) == 10);
  BOOST_TEST(lateness_ms(event, {1'000, 993}) == 10);
  BOOST_TEST(lateness_ms(event, {990, 1}) == 0);
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  event.deadline.unix_ms = std::numeric_limits<std::int64_t>::min();
  BOOST_TEST(lateness_ms(event, {1'000, {}}) == most); // And not so much that it is negative.
}

BOOST_AUTO_TEST_CASE(when_a_batch_is_due_is_told_by_the_store_s_clock) {
  using namespace std::chrono_literals;
  const std::chrono::steady_clock::time_point now{1h};
  record_batch batch;
  BOOST_TEST(!due_at(batch, {5'000, now}).has_value());
  batch.due = now - 3s;
  BOOST_TEST(due_at(batch, {5'000, now}).value() == 2'000);
  batch.due = now + 3s;
  BOOST_TEST(due_at(batch, {5'000, now}).value() == 8'000);
}

BOOST_AUTO_TEST_CASE(a_late_adverse_event_raises_an_alert_and_a_late_form_does_not) {
  event_view event;
  event.kind = event_kind::adverse_event;
  BOOST_TEST(late_alert(event).value().rule == "delayed-adverse-event");
  event.deadline.present = true;
  BOOST_TEST(late_alert(event).value().rule == "late-adverse-event");
  event.kind = event_kind::questionnaire_response;
  BOOST_TEST(!late_alert(event).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
