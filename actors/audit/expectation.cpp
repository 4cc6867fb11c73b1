#include "actors/audit/expectation.hpp"

#include "messages/rejection_name.hpp"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aepro {

namespace {

constexpr std::size_t wrong_max = 1000;
constexpr std::uint8_t times_max = 0x7F, differs_flag = 0x80;
constexpr std::uint64_t records_max = 1'000'000'000; // Against a file that is something else.
constexpr std::string_view format_name = "aepro-expectation/1";

std::string_view name_of(verdict value) {
  switch (value) {
    case verdict::accepted: return "accepted";
    case verdict::rejected: return "rejected";
    case verdict::duplicate: return "duplicate";
    case verdict::conflict: return "conflict";
  }
  return "unknown";
}

std::string check_of(std::string_view value) {
  return fmt::format("{:016x}", XXH3_64bits(value.data(), value.size()));
}

/// Returns the decision as one line, the same for expectation, file and ledger.
template <class Scores, class Alerts>
std::string describe(std::string_view verdict, std::string_view rejection, bool serious,
                     const Scores& scores, const Alerts& alerts) {
  std::string text(verdict);
  if (!rejection.empty())
    text += fmt::format(" ({})", rejection);
  if (serious)
    text += ", serious";
  for (const auto& one : scores)
    text +=
        fmt::format(", score {} {} {}", one.scale, one.value, one.band.empty() ? "-" : one.band);
  for (const auto& rule : alerts)
    text += fmt::format(", alert {}", rule);
  return text;
}

std::uint64_t digest_of(std::string_view topic, std::string_view key, std::string_view check,
                        std::string_view decision) {
  std::string all;
  for (const auto part : {topic, key, check, decision}) {
    all += part;
    all += '\0';
  }
  return XXH3_64bits(all.data(), all.size());
}

/// One line, read back.
struct expected_line {
  struct score_text {
    std::string scale;
    double value;
    std::string band;
  };
  std::string number, topic, key, check, decision;
};

expected_line parse_line(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  std::vector<expected_line::score_text> scores;
  for (const auto& one : json.at("scores"))
    scores.push_back({one.at("scale"), one.at("value"), one.at("band")});
  const std::vector<std::string> alerts = json.at("alerts");
  return {json.at("record"), json.at("topic"), json.at("key"), json.at("value_xxh3"),
          describe(json.at("verdict").get<std::string>(), json.at("rejection").get<std::string>(),
                   json.at("serious").get<bool>(), scores, alerts)};
}

/// Splits "SEED/INDEX"; nothing when it is another form.
std::optional<std::pair<std::string_view, std::uint64_t>> split_number(std::string_view number) {
  const auto slash = number.find('/');
  if (slash == std::string_view::npos)
    return std::nullopt;
  const auto digits = number.substr(slash + 1);
  std::uint64_t index = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (problem != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return std::pair{number.substr(0, slash), index};
}

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::string expectation_header(std::uint64_t seed, std::uint64_t records) {
  return fmt::format("{{\"format\":\"{}\",\"seed\":\"{}\",\"records\":{}}}\n", format_name, seed,
                     records);
}

std::string expectation_line(const expectation_view& expected, std::string_view value) {
  std::string scores, alerts;
  for (const auto& one : expected.scores)
    scores += fmt::format("{}{{\"scale\":\"{}\",\"value\":{},\"band\":\"{}\"}}",
                          scores.empty() ? "" : ",", one.scale, one.value, one.band);
  for (const auto rule : expected.alerts)
    alerts += fmt::format("{}\"{}\"", alerts.empty() ? "" : ",", rule);
  return fmt::format("{{\"record\":\"{}\",\"topic\":{},\"key\":{},\"event_id\":{},\"value_xxh3\":"
                     "\"{}\",\"verdict\":\"{}\","
                     "\"rejection\":\"{}\",\"serious\":{},\"scores\":[{}],\"alerts\":[{}]}}\n",
                     expected.record, quoted(expected.topic), quoted(expected.key),
                     quoted(expected.event_id), check_of(value), name_of(expected.verdict),
                     rejection_name(expected.rejection), expected.serious, scores, alerts);
}

std::variant<expectation_check, std::string> expectation_check::read(std::istream& file) {
  expectation_check check;
  std::string text;
  std::uint64_t line = 1;
  try {
    std::getline(file, text);
    const auto header = nlohmann::json::parse(text);
    if (header.at("format") != format_name)
      return fmt::format("line 1: the format is not {}", format_name);
    check.seed_ = header.at("seed").get<std::string>();
    const std::uint64_t records = header.at("records");
    if (records > records_max)
      return "line 1: more than a billion records";
    while (std::getline(file, text)) {
      ++line;
      const auto expected = parse_line(text);
      const auto number = split_number(expected.number);
      if (!number || number->first != check.seed_ || number->second != check.digests_.size())
        return fmt::format("line {}: the record is not {}/{}", line, check.seed_,
                           check.digests_.size());
      check.digests_.push_back(
          digest_of(expected.topic, expected.key, expected.check, expected.decision));
    }
    if (check.digests_.size() != records)
      return fmt::format("{} records instead of {}: the file is cut off", check.digests_.size(),
                         records);
  } catch (
      const nlohmann::json::exception&) { // Its text quotes the line, which may be of any file.
    return fmt::format("line {}: not of a file that `aepro simulate --expect` wrote", line);
  }
  check.seen_.assign(check.digests_.size(), 0);
  check.counts_.expected = check.digests_.size();
  return check;
}

void expectation_check::see(const observed_record& record) {
  const auto number = split_number(record.number);
  if (!number || number->first != seed_ || number->second >= digests_.size()) {
    ++counts_.others;
    return;
  }
  std::vector<std::string_view> alerts;
  for (const auto& one : record.alerts)
    alerts.push_back(one.rule);
  const auto decision = describe(name_of(record.verdict), rejection_name(record.rejection),
                                 record.serious, record.scores, alerts);
  const auto index = number->second;
  auto& seen = seen_[index];
  const bool same =
      digest_of(record.topic, record.key, check_of(record.value), decision) == digests_[index];
  const bool again = seen != 0;
  if (same && !again)
    ++counts_.found;
  else if (seen == 1)
    --counts_.found; // It was as expected until it came again.
  const auto times = std::min((seen & times_max) + 1, int{times_max});
  seen = static_cast<std::uint8_t>(times | (seen & differs_flag) | (same ? 0 : differs_flag));
  if ((!same || again) && wrong_.size() < wrong_max)
    wrong_.try_emplace(
        index, sighting{std::string(record.topic), decision, record.partition, record.offset});
}

std::vector<expectation_problem> expectation_check::finish(std::istream& file,
                                                           std::size_t problems_max) const {
  std::vector<expectation_problem> problems;
  std::string text;
  std::getline(file, text);
  for (std::uint64_t index = 0; index < digests_.size() && problems.size() < problems_max;
       ++index) {
    if (!std::getline(file, text))
      break;
    if (seen_[index] == 1)
      continue;
    const auto expected = parse_line(text);
    const auto wrong = wrong_.find(index);
    const auto name = fmt::format("record {} (key {})", expected.number, expected.key);
    expectation_problem problem{"missing", expected.topic, -1, -1, {}};
    if (wrong != wrong_.end()) {
      problem.topic = wrong->second.topic;
      problem.partition = wrong->second.partition;
      problem.offset = wrong->second.offset;
    }
    if (seen_[index] == 0) {
      problem.message =
          fmt::format("{} is not in the ledger; expected: {}", name, expected.decision);
    } else if ((seen_[index] & times_max) > 1) {
      problem.kind = "twice";
      problem.message = fmt::format("{} is in the ledger {} times", name, seen_[index] & times_max);
    } else {
      problem.kind = "different";
      const auto found =
          wrong == wrong_.end() ? std::string("another decision") : wrong->second.found;
      problem.message =
          found == expected.decision
              ? fmt::format("{}: its topic, key or value is not what was sent", name)
              : fmt::format("{}: found: {}; expected: {}", name, found, expected.decision);
    }
    problems.push_back(std::move(problem));
  }
  return problems;
}

} // namespace aepro
