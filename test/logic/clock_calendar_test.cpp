#include "actors/clocks/awareness.hpp"
#include "actors/clocks/calendar.hpp"
#include "actors/clocks/case_clocks.hpp"
#include "test/support/cases.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <optional>
#include <random>
#include <string>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(clock_calendar)

namespace {

/// Instants as text in UTC, which needs no zone.
std::string utc(unix_milliseconds instant) {
  const std::time_t seconds = instant / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%FT%T", &parts);
  return std::string(text.data(), size) + "." + std::to_string(1000 + instant % 1000).substr(1) +
         "Z";
}

clock_kind days(std::int32_t count) {
  clock_kind kind;
  kind.days = count;
  return kind;
}

std::string due(const std::string& start, std::int32_t count, const std::string& zone) {
  auto version = test::version(1);
  version.received_at = last_instant;
  version.awareness = start;
  return utc(dates_of(days(count), *stated_awareness(version, zone), zone).due_at);
}

/// Calendar dates by the C library, which reads the same zones with code of its own.
class c_library_zone {
public:
  explicit c_library_zone(const std::string& name) {
    if (const auto* before = std::getenv("TZ"))
      before_ = before;
    setenv("TZ", name.c_str(), 1);
    tzset();
  }
  c_library_zone(const c_library_zone&) = delete;
  c_library_zone& operator=(const c_library_zone&) = delete;
  ~c_library_zone() {
    if (before_)
      setenv("TZ", before_->c_str(), 1);
    else
      unsetenv("TZ");
    tzset();
  }

  std::int64_t day_of(std::int64_t seconds) const {
    const std::time_t instant = seconds;
    std::tm parts{};
    localtime_r(&instant, &parts);
    std::tm midnight{};
    midnight.tm_year = parts.tm_year;
    midnight.tm_mon = parts.tm_mon;
    midnight.tm_mday = parts.tm_mday;
    return timegm(&midnight) / 86'400;
  }

  /// Returns the last millisecond at which no clock shows a later date, by looking at every minute
  /// near it.
  std::int64_t end_of(std::int64_t day) const {
    constexpr std::int64_t far = 28 * 3'600, quarter = 900, minute = 60;
    auto at = (day + 1) * 86'400 + far;
    while (day_of(at) > day)
      at -= quarter;
    at += quarter;
    while (day_of(at) > day)
      at -= minute;
    return (at + minute) * 1000 - 1;
  }

private:
  std::optional<std::string> before_;
};

// From the first to the last of the earth, with what is odd: half hours, changes at midnight and a
// minute after it, a day that was skipped.
const auto zones = boost::unit_test::data::make(std::vector<std::string>{"Pacific/Kiritimati",
                                                                         "Pacific/Apia",
                                                                         "Pacific/Auckland",
                                                                         "Australia/Lord_Howe",
                                                                         "Asia/Shanghai",
                                                                         "Asia/Kathmandu",
                                                                         "Asia/Tehran",
                                                                         "Asia/Beirut",
                                                                         "Africa/Cairo",
                                                                         "Africa/Casablanca",
                                                                         "Europe/Berlin",
                                                                         "Europe/London",
                                                                         "UTC",
                                                                         "America/St_Johns",
                                                                         "America/Sao_Paulo",
                                                                         "America/Asuncion",
                                                                         "America/Havana",
                                                                         "America/New_York",
                                                                         "America/Los_Angeles",
                                                                         "Pacific/Honolulu",
                                                                         "Pacific/Pago_Pago",
                                                                         "Etc/GMT+12"});

} // namespace

BOOST_DATA_TEST_CASE(dates_and_their_ends_are_those_of_an_independent_computation, zones, zone) {
  std::minstd_rand random(4711);
  const c_library_zone other(zone);
  constexpr std::int64_t first = 157'766'400, last = 2'082'758'400; // 1975 to 2036.
  for (int i = 0; i < 300; ++i) {
    const auto drawn = static_cast<std::int64_t>((random() * std::uint64_t{1'000'003} + random()) %
                                                 (last - first));
    const auto start = first + drawn;
    const auto count = static_cast<std::int32_t>(1 + random() % 40);
    const auto dates = dates_of(days(count), start * 1000, zone);
    BOOST_TEST_CONTEXT("start " << utc(start * 1000) << " days " << count) {
      BOOST_TEST(dates.day_zero == other.day_of(start));
      BOOST_TEST(utc(dates.due_at) == utc(other.end_of(other.day_of(start) + count)));
    }
  }
}

BOOST_DATA_TEST_CASE(each_day_of_the_years_of_change_ends_where_it_should, zones, zone) {
  const c_library_zone other(zone);
  for (const std::int32_t first : {6'575, 14'975, 20'454}) // 1988, 2011 and 2026.
    for (std::int32_t day = first; day < first + 366; ++day) {
      BOOST_TEST_CONTEXT(day_text(day)) {
        BOOST_TEST(utc(end_of_day(day, zone)) == utc(other.end_of(day)));
        BOOST_TEST(start_of_day(day + 1, zone) == end_of_day(day, zone) + 1);
      }
    }
}

BOOST_AUTO_TEST_CASE(the_day_of_awareness_is_day_zero_and_the_last_day_counts_to_its_end) {
  BOOST_TEST(due("2026-06-01", 7, "UTC") == "2026-06-08T23:59:59.999Z");
  BOOST_TEST(due("2026-06-01T23:59:59", 7, "UTC") == "2026-06-08T23:59:59.999Z");
  BOOST_TEST(due("2026-06-02T00:00:00", 7, "UTC") == "2026-06-09T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(the_date_is_the_sponsors) {
  BOOST_TEST(due("2026-06-01T23:30:00Z", 7, "Asia/Shanghai") ==
             "2026-06-09T15:59:59.999Z"); // The second there.
  BOOST_TEST(due("2026-06-01T02:00:00Z", 7, "America/New_York") ==
             "2026-06-08T03:59:59.999Z"); // May there.
  BOOST_TEST(due("2026-06-01T01:00:00+02:00", 7, "UTC") == "2026-06-07T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(february_has_29_days_in_leap_years) {
  BOOST_TEST(due("2028-02-22", 7, "UTC") == "2028-02-29T23:59:59.999Z");
  BOOST_TEST(due("2027-02-22", 7, "UTC") == "2027-03-01T23:59:59.999Z");
  BOOST_TEST(due("2028-02-29", 15, "UTC") == "2028-03-15T23:59:59.999Z");
  BOOST_TEST(due("2100-02-22", 7, "UTC") == "2100-03-01T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(a_change_of_the_clocks_makes_a_day_shorter_or_longer_not_another_date) {
  BOOST_TEST(due("2026-03-25", 7, "Europe/Berlin") ==
             "2026-04-01T21:59:59.999Z"); // Winter began it, summer ends it.
  BOOST_TEST(due("2026-10-20", 7, "Europe/Berlin") == "2026-10-27T22:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(
    a_day_begins_with_midnight_or_the_change_that_skips_it_and_ends_where_no_clock_shows_it_any_more) {
  BOOST_TEST(utc(start_of_day(17'839, "America/Sao_Paulo")) ==
             "2018-11-04T03:00:00.000Z"); // 00:00 became 01:00.
  BOOST_TEST(utc(end_of_day(14'189, "America/St_Johns")) == "2008-11-07T03:29:59.999Z");
  BOOST_TEST(utc(end_of_day(14'184, "America/St_Johns")) ==
             "2008-11-02T03:29:59.999Z"); // 00:01 became 23:01.
  BOOST_TEST(utc(end_of_day(15'290, "America/Havana")) ==
             "2011-11-13T03:59:59.999Z"); // 01:00 became 00:00.
  BOOST_TEST(utc(end_of_day(15'338, "Pacific/Apia")) ==
             utc(end_of_day(15'337, "Pacific/Apia"))); // There was no 30th.
}

BOOST_AUTO_TEST_CASE(hours_are_counted_to_the_millisecond) {
  clock_kind kind;
  kind.time = std::chrono::hours{24};
  const auto dates = dates_of(kind, june_first + 12'345, "Asia/Shanghai");
  BOOST_TEST(dates.due_at == june_first + day_ms + 12'345);
  BOOST_TEST(day_text(dates.day_zero) == "2026-06-01");
}

BOOST_AUTO_TEST_CASE(what_a_source_states_of_awareness_is_read_or_left_out) {
  const auto stated = [](const std::string& text, const std::string& zone = "Europe/Berlin") {
    const auto instant = stated_awareness(aware(version(1), text), zone);
    return instant ? utc(*instant) : std::string("none");
  };
  BOOST_TEST(stated("2026-05-28") ==
             "2026-05-27T22:00:00.000Z"); // The day's beginning, in the sponsor's zone.
  BOOST_TEST(stated("2026-05-28T10:30") == "2026-05-28T08:30:00.000Z");
  BOOST_TEST(stated("2026-05-28T10:30:15.250Z") == "2026-05-28T10:30:15.250Z");
  BOOST_TEST(stated("2026-05-28T10:30-05:00") == "2026-05-28T15:30:00.000Z");
  BOOST_TEST(stated("2025-10-26T02:30") == "2025-10-26T00:30:00.000Z"); // Comes twice: the first.
  BOOST_TEST(stated("2026-06-01T18:00Z") ==
             "2026-06-01T00:00:00.000Z"); // Nobody learns of it after it was published.
  for (const auto* none :
       {"", "2026-05", "2026", "--05-28", "2026-05-32", "28MAY2026", "2026-05-01/2026-05-28"})
    BOOST_TEST(stated(none) == "none");
}

BOOST_AUTO_TEST_CASE(instants_beyond_the_calendar_do_no_harm) {
  for (const auto instant :
       {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    auto odd = aware(version(1), "9999-12-31T23:59:59");
    odd.received_at = instant;
    const auto at = awareness_instants(std::vector{odd}, "Pacific/Kiritimati").front();
    BOOST_TEST(at >= first_instant);
    BOOST_TEST(at <= last_instant);
    BOOST_TEST(dates_of(days(3650), at, "Etc/GMT+12").due_at > at);
  }
}

BOOST_AUTO_TEST_CASE(awareness_is_taken_from_what_the_store_keeps) {
  BOOST_TEST(awareness_text(R"({"AESPID":"7","AWARENESS_DTC":"2026-05-28"})") == "2026-05-28");
  for (const auto* none : {"", "{", "[]", "{}", R"({"AWARENESS_DTC":7})"})
    BOOST_TEST(awareness_text(none) == "");
}

BOOST_AUTO_TEST_CASE(a_zone_that_this_machine_lacks_is_shown_in_utc) {
  BOOST_TEST(local_text(june_first, "Mars/Olympus") == "2026-06-01 00:00 Mars/Olympus");
  BOOST_TEST(local_text(june_first, "Asia/Shanghai") == "2026-06-01 08:00 Asia/Shanghai");
}

BOOST_AUTO_TEST_SUITE_END()
