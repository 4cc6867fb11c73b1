#include "actors/validation/instruments/composite_grade.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(composite_grades)

namespace {

using answers = std::vector<std::optional<int>>;

constexpr std::uint8_t of_f = asks_frequency;
constexpr std::uint8_t of_s = asks_severity;
constexpr std::uint8_t of_i = asks_interference;

/// "-" where there is none.
std::string grade(std::uint8_t asked, const answers& given) {
  const auto made = composite_grade(asked, given);
  return made ? std::to_string(*made) : "-";
}

/// The grades of what is answered before the last question, as the published table has them: for 0
/// to 4 of the last one.
std::string row_of(std::uint8_t asked, answers given) {
  std::string grades;
  given.emplace_back();
  for (int last = 0; last <= 4; ++last) {
    given.back() = last;
    grades += grade(asked, given);
  }
  return grades;
}

} // namespace

BOOST_AUTO_TEST_CASE(frequency_severity_and_interference_are_graded_as_published) {
  const std::vector<std::vector<std::string>> published{
      {"01122", "11122", "12223", "22233", "22333"},
      {"01122", "11122", "22233", "22233", "22333"},
      {"11122", "11122", "22233", "22333", "22333"},
      {"11122", "11223", "22233", "22333", "22333"}};
  int compared = 0;
  for (int f = 0; f <= 4; ++f)
    for (int s = 0; s <= 4; ++s) {
      const auto row = static_cast<std::size_t>(f);
      const auto column = static_cast<std::size_t>(s);
      const auto expected = f == 0 ? std::string("00000") : published[row - 1][column];
      BOOST_TEST(row_of(of_f + of_s + of_i, {f, s}) == expected, "f " << f << " s " << s);
      compared += 5;
    }
  BOOST_TEST(compared == 125);
}

BOOST_AUTO_TEST_CASE(two_questions_are_graded_as_published) {
  const std::vector<std::string> f_and_s{"00000", "11122", "11222", "11233", "11233"};
  const std::vector<std::string> s_and_i{"00000", "11122", "11223", "12233", "22233"};
  const std::vector<std::string> f_and_i{"00000", "11122", "11122", "11233", "11233"};
  for (int first = 0; first <= 4; ++first) {
    const auto row = static_cast<std::size_t>(first);
    BOOST_TEST(row_of(of_f + of_s, {first}) == f_and_s[row], "f " << first);
    BOOST_TEST(row_of(of_s + of_i, {first}) == s_and_i[row], "s " << first);
    BOOST_TEST(row_of(of_f + of_i, {first}) == f_and_i[row], "f " << first);
  }
}

BOOST_AUTO_TEST_CASE(one_question_is_graded_as_published) {
  BOOST_TEST(row_of(of_f, {}) == "01123");
  BOOST_TEST(row_of(of_s, {}) == "01233");
  BOOST_TEST(row_of(of_i, {}) == "01122");
}

BOOST_AUTO_TEST_CASE(a_first_answer_of_0_is_grade_0_whatever_is_missing) {
  BOOST_TEST(grade(of_f + of_s + of_i, {0, std::nullopt, std::nullopt}) == "0");
  BOOST_TEST(grade(of_f + of_s + of_i, {0, 4, std::nullopt}) == "0");
  BOOST_TEST(grade(of_f + of_s + of_i, {0, std::nullopt, 4}) == "0");
  for (const auto asked : {of_f + of_s, of_s + of_i, of_f + of_i})
    BOOST_TEST(grade(static_cast<std::uint8_t>(asked), {0, std::nullopt}) == "0", asked);
}

BOOST_AUTO_TEST_CASE(without_another_answer_there_is_no_grade) {
  for (int given = 1; given <= 4; ++given) {
    BOOST_TEST(grade(of_f + of_s + of_i, {given, given, std::nullopt}) == "-");
    BOOST_TEST(grade(of_f + of_s + of_i, {given, std::nullopt, given}) == "-");
    for (const auto asked : {of_f + of_s, of_s + of_i, of_f + of_i})
      BOOST_TEST(grade(static_cast<std::uint8_t>(asked), {given, std::nullopt}) == "-", asked);
  }
  for (int other = 0; other <= 4;
       ++other) { // Nor without the first one, and a 0 further on is none.
    BOOST_TEST(grade(of_f + of_s + of_i, {std::nullopt, other, 0}) == "-");
    for (const auto asked : {of_f + of_s, of_s + of_i, of_f + of_i})
      BOOST_TEST(grade(static_cast<std::uint8_t>(asked), {std::nullopt, other}) == "-", asked);
  }
  for (const auto asked : {of_f, of_s, of_i})
    BOOST_TEST(grade(asked, {std::nullopt}) == "-", int{asked});
}

BOOST_AUTO_TEST_SUITE_END()
