#include "actors/notifier/message_template.hpp"
#include "actors/notifier/unicode_text.hpp"
#include "actors/notifier/webhook_presets.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(message_template_rules)

namespace {

using field_values = std::map<std::string, std::string>;

std::string trouble(std::string_view text, escaping how = escaping::none) {
  const auto parsed = message_template::parse(text, how, template_fields());
  const auto* why = std::get_if<std::string>(&parsed);
  return why == nullptr ? "" : *why;
}

std::string filled(std::string_view text, escaping how, const field_values& values) {
  auto parsed = message_template::parse(text, how, template_fields());
  BOOST_REQUIRE_MESSAGE(parsed.index() == 0, trouble(text, how));
  return std::get<message_template>(parsed).fill(values);
}

/// Texts made of what has a meaning somewhere.
std::string hostile_text(std::mt19937& random) {
  constexpr std::string_view pieces[] = {
      "{{",   "}}",   "{{rule}}", "\"", "\\",   "'",          "<", ">", "&", "\r\n", "\n",
      "\t",   "%22",  "\\u0022",  "=?", "</b>", "<!channel>", "]", ",", ":", "中文", "😀",
      "\xff", "\xc3", "a",        " ",  "\x7f", "&amp;",      "+", "#", "?"};
  std::string out;
  for (auto left = random() % 12; left > 0; --left)
    out += pieces[random() % std::size(pieces)];
  return out;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

std::string unescaped_form(std::string_view form) {
  std::string out;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(form.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += form[i];
    }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_field_is_replaced_wherever_it_is_named) {
  BOOST_TEST(filled("{{rule}}: {{ title }} ({{rule}})", escaping::none,
                    {{"rule", "R"}, {"title", "T"}}) == "R: T (R)");
  BOOST_TEST(filled("[{{term}}]", escaping::none, {}) == "[]");
  BOOST_TEST(filled("", escaping::none, {}) == "");
  BOOST_TEST(filled("a } }} { b", escaping::none, {}) == "a } }} { b");
}

BOOST_AUTO_TEST_CASE(an_unknown_field_is_named_with_the_nearest_known_one) {
  BOOST_TEST(trouble("{{subjekt}}") == "there is no field 'subjekt'; did you mean subject?");
  BOOST_TEST(
      trouble("{{nonsense}}").find("there is no field 'nonsense'; there are key, recipient,") ==
      0U);
  BOOST_TEST(trouble("{{}}").find("there is no field ''") == 0U);
  BOOST_TEST(trouble("{{secret}}").find("there is no field 'secret'") == 0U);
  BOOST_TEST(trouble("a {{rule} b") == "'{{rule} b' has no }} behind it");
}

BOOST_AUTO_TEST_CASE(a_json_template_that_could_become_no_json_is_refused) {
  for (const auto* bad :
       {R"({"a": {{id}}})", R"({"a": 1{{id}}})", R"({"a": "\{{id}}"})", R"({"a": "\u004{{id}}"})",
        R"({"a": "{{id}}")", R"({{id}})", R"({"a": tru{{id}}})", ""})
    BOOST_TEST(trouble(bad, escaping::json).find("is no JSON, or has a field outside a string") ==
                   0U,
               bad);
  BOOST_TEST(trouble(R"({"{{id}}": ["\\{{id}}", {"b": {"c": "{{id}}"}}]})", escaping::json) == "");
}

BOOST_AUTO_TEST_CASE(what_a_patient_writes_stays_text) {
  std::mt19937 random(20260401);
  for (int i = 0; i < 5000; ++i) {
    const auto text = hostile_text(random);
    const auto whole = valid_utf8(text);
    const field_values values{{"term", text}, {"rule", "R"}};
    const auto json = nlohmann::json::parse(
        filled(R"({"a": "{{term}}", "b": "{{rule}}"})", escaping::json, values));
    BOOST_TEST(json.size() == 2U);
    BOOST_TEST(json["a"] == whole);
    BOOST_TEST(json["b"] == "R");
    const auto markup = filled("<p title=\"{{term}}\">", escaping::markup, values);
    BOOST_TEST(markup.find_first_of("<>\"'", 10) == markup.size() - 2);
    const auto form = filled("a={{term}}", escaping::form, values);
    BOOST_TEST(unescaped_form(form.substr(2)) == whole);
    BOOST_TEST(form.find_first_of("&=+#?\" \r\n<>", 2) == form.npos);
    const auto line = filled("{{term}}", escaping::line, values);
    BOOST_TEST(!breaks_lines(line));
    BOOST_TEST(filled("{{term}}", escaping::none, values) == whole);
  }
}

BOOST_AUTO_TEST_CASE(markup_reads_back_as_it_was) {
  const std::string text = "a < b & \"c\" > 'd' &amp; {{rule}}";
  auto markup = escaped(text, escaping::markup);
  for (const auto& [entity, letter] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    markup = replaced(markup, entity, letter);
  BOOST_TEST(markup == text);
}

BOOST_AUTO_TEST_CASE(every_preset_makes_json_of_any_message) {
  std::mt19937 random(20260402);
  for (const auto* name : {"slack", "wecom", "wecom-markdown", "pagerduty", "fcm", "sms"}) {
    const auto* preset = find_preset(name);
    BOOST_REQUIRE(preset != nullptr);
    const auto parsed = message_template::parse(preset->body, escaping::json, template_fields());
    BOOST_REQUIRE_MESSAGE(parsed.index() == 0, trouble(preset->body, escaping::json));
    for (int i = 0; i < 200; ++i) {
      const channel_message message{"key",
                                    hostile_text(random),
                                    hostile_text(random),
                                    hostile_text(random),
                                    "",
                                    {{"study", hostile_text(random)}, {"urgency", "urgent"}}};
      BOOST_TEST(nlohmann::json::accept(
          std::get<message_template>(parsed).fill(values_for(message, *preset))));
    }
  }
  BOOST_TEST(find_preset("teams") == nullptr);
  BOOST_TEST(preset_names() == "slack, wecom, wecom-markdown, pagerduty, fcm, sms");
}

BOOST_AUTO_TEST_CASE(a_receivers_own_marks_lose_their_meaning) {
  const channel_message message{"k<1>",   "<r>", "<!channel> & [a](b)",
                                "<@all>", "",    {{"urgency", "immediate"}}};
  auto slack = values_for(message, *find_preset("slack"));
  BOOST_TEST(slack["title"] == "&lt;!channel&gt; &amp; [a](b)");
  BOOST_TEST(slack["text"] == "&lt;@all&gt;");
  BOOST_TEST(slack["recipient"] == "<r>");
  BOOST_TEST(slack["key"] == "k<1>");
  auto wecom = values_for(message, *find_preset("wecom"));
  BOOST_TEST(wecom["title"] == "＜!channel＞ & ［a］(b)");
  BOOST_TEST(values_for(message, *find_preset(""))["title"] == message.subject);
}

BOOST_AUTO_TEST_CASE(pagerduty_is_told_the_urgency_as_severity) {
  const auto severity = [](const char* urgency) {
    return values_for({"k", "r", "s", "t", "", {{"urgency", urgency}}},
                      *find_preset("pagerduty"))["severity"];
  };
  BOOST_TEST(severity("immediate") == "critical");
  BOOST_TEST(severity("urgent") == "error");
  BOOST_TEST(severity("routine") == "warning");
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_between_characters) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += i % 2 == 0 ? "中" : "😀";
  for (const auto* name : {"slack", "wecom", "sms"}) {
    const auto& preset = *find_preset(name);
    const auto values = values_for({"k", "r", text, text, "", {}}, preset);
    for (const auto& [field, limit] :
         {std::pair{"title", preset.title_bytes_max}, {"text", preset.text_bytes_max}}) {
      const auto& cut = values.at(field);
      BOOST_TEST(cut.size() <= limit);
      BOOST_TEST(cut.size() > std::min(limit, text.size()) - 8);
      BOOST_TEST(valid_utf8(cut) == cut);
    }
  }
  BOOST_TEST(shortened("abcd", 4) == "abcd");
  BOOST_TEST(shortened("abcde", 4) == "a...");
  BOOST_TEST(shortened("abcde", 2) == "");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_become_replacement_characters) {
  BOOST_TEST(valid_utf8("a\xff"
                        "b\xe4\xb8") == "a\xef\xbf\xbd"
                                        "b\xef\xbf\xbd\xef\xbf\xbd");
  BOOST_TEST(one_line(" a\r\nb\x01 ", 100) == "a  b");
  BOOST_TEST(one_line("\n\n", 100) == "");
  BOOST_TEST(breaks_lines(std::string_view("a\0b", 3)));
  BOOST_TEST(!breaks_lines("a\tb"));
}

BOOST_AUTO_TEST_SUITE_END()
