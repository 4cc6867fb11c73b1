#include "actors/notifier/webhook_answer.hpp"

#include "actors/notifier/secret_mask.hpp"
#include "actors/notifier/unicode_text.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace aepro {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds wait_max = 1h;
constexpr std::size_t quoted_bytes_max = 300;

std::optional<std::chrono::sys_seconds> http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int day = 0, year = 0, hour = 0, minute = 0, second = 0, end = 0;
  std::array<char, 4> month{};
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day,
                  month.data(), &year, &hour, &minute, &second, &end) != 6 ||
      end != static_cast<int>(copy.size()))
    return std::nullopt;
  const auto at = months.find(month.data());
  if (at == months.npos || at % 3 != 0)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(at / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok())
    return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

attempt_result result_of(long status) {
  if (status >= 200 && status < 300)
    return attempt_result::delivered;
  const bool later =
      status < 400 || status >= 500 || status == 408 || status == 425 || status == 429;
  return later ? attempt_result::failed : attempt_result::refused;
}

/// Codes: -1 busy, 45009 and 45033 too many calls.
void judge_errcode(const std::string& body, channel_outcome& outcome) {
  const auto answer = nlohmann::json::parse(body, nullptr, false);
  const auto code =
      answer.is_object() ? answer.value("errcode", nlohmann::json()) : nlohmann::json();
  if (code == 0)
    return;
  const bool later = !code.is_number() || code == -1 || code == 45009 || code == 45033;
  outcome.result = later ? attempt_result::failed : attempt_result::refused;
  if (code == 45009 || code == 45033)
    outcome.retry_after = 1min; // Twenty messages a minute and robot.
}

} // namespace

std::string quoted(std::string text, std::string_view secret) {
  return one_line(masked(std::move(text), secret), quoted_bytes_max);
}

std::chrono::milliseconds wait_of(std::string_view retry_after, std::chrono::sys_seconds now) {
  const auto text = trim(retry_after);
  if (text.empty())
    return 0ms;
  if (std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; })) {
    std::int64_t seconds = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return parsed.ec == std::errc{} && seconds < 3600 ? std::chrono::seconds(seconds) : wait_max;
  }
  const auto date = http_date(text);
  return date ? std::clamp<std::chrono::milliseconds>(*date - now, 0ms, wait_max) : 0ms;
}

channel_outcome outcome_of(const webhook_answer& answer, answer_form form, std::string_view secret,
                           std::chrono::sys_seconds now) {
  channel_outcome outcome;
  outcome.result = result_of(answer.status);
  const bool taken = outcome.result == attempt_result::delivered;
  if (taken && form == answer_form::wecom_errcode)
    judge_errcode(answer.body, outcome);
  const auto said =
      quoted(answer.request_id.empty() || !taken ? answer.body : answer.request_id, secret);
  const auto text = fmt::format("HTTP {}{}{}", answer.status, said.empty() ? "" : " ", said);
  if (outcome.result == attempt_result::delivered) {
    outcome.receipt = text;
    return outcome;
  }
  outcome.detail =
      answer.status >= 300 && answer.status < 400
          ? fmt::format("HTTP {}: redirects are not followed, set the new address", answer.status)
          : text;
  if (outcome.result == attempt_result::failed && outcome.retry_after == 0ms)
    outcome.retry_after = wait_of(answer.retry_after, now);
  return outcome;
}

} // namespace aepro
