#include "actors/simulate/trial_plan.hpp"

#include "actors/publish/published_event.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace aepro {

namespace {

constexpr std::uint64_t purposes = 8;
constexpr std::uint64_t role_purpose = 0, kind_purpose = 1, subject_purpose = 2, id_purpose = 3,
                        stage_purpose = 4, repeat_purpose = 5, root_purpose = 6;
constexpr std::uint64_t look_back = 200; // Records: a resend follows its original soon.
constexpr std::uint64_t tries = 64;
constexpr double shares_with_repeats_max = 0.9; // One repeat of a thousand then finds nothing.
constexpr std::uint64_t population = ~std::uint64_t{0} / purposes - 1; // Of subjects' streams.

std::uint32_t default_subjects(std::uint64_t events) {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(events / 40, 20, 5000));
}

} // namespace

trouble_shares trouble_shares::none() {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
}

std::string find_share_trouble(const trouble_shares& shares) {
  const double repeats = shares.duplicate + shares.conflict;
  const double sum =
      repeats + shares.undecodable + shares.empty + shares.malformed + shares.unknown_subject;
  const double sum_max = repeats > 0 ? shares_with_repeats_max : 1;
  if (sum <= sum_max + 1e-9)
    return {};
  return fmt::format("the shares of duplicates, conflicts, undecodable, empty and malformed "
                     "records and unknown subjects are {:g} together; at most {:g} is possible{}",
                     sum, sum_max, repeats > 0 ? ": the rest is what is sent again" : "");
}

trial_plan::trial_plan(const trial_options& options) : options_(options) {
  const auto count = options_.subjects == 0 ? default_subjects(options_.events) : options_.subjects;
  const std::int64_t start_day = options_.start / 86'400'000;
  auto random = stream(population, subject_purpose);
  for (std::uint32_t i = 0; i < count; ++i) {
    trial_subject subject;
    const auto study = i % options_.studies;
    const auto site = (i / options_.studies) % options_.sites;
    subject.study = fmt::format("AEPRO-{:03}", study + 1);
    subject.site = fmt::format("{}", 101 + site);
    subject.number = fmt::format("{:04}", 1001 + i / options_.studies);
    subject.id = fmt::format("{:02}-{}-{}", study + 1, subject.site, subject.number);
    subject.key = record_key(subject.study, subject.id);
    subject.country = countries()[site % countries().size()];
    subject.first_day = start_day - 70 + random.below(50);
    subjects_.push_back(std::move(subject));
  }
}

random_stream trial_plan::stream(std::uint64_t event, std::uint64_t purpose) const {
  return random_stream(options_.seed, event * purposes + purpose);
}

record_role trial_plan::role_of(std::uint64_t event) const {
  const auto& shares = options_.troubles;
  const std::pair<double, record_role> roles[] = {
      {shares.duplicate, record_role::duplicate},
      {shares.conflict, record_role::conflict},
      {shares.undecodable, record_role::undecodable},
      {shares.empty, record_role::empty},
      {shares.malformed, record_role::malformed},
      {shares.unknown_subject, record_role::unknown_subject},
  };
  double place = static_cast<double>(stream(event, role_purpose).next() >> 11) * 0x1.0p-53;
  for (const auto& [share, role] : roles) {
    if (place < share)
      return role;
    place -= share;
  }
  return record_role::plain;
}

bool trial_plan::is_adverse_event(std::uint64_t event) const {
  return stream(event, kind_purpose).chance(options_.adverse_event_share);
}

report_stage trial_plan::stage_of(std::uint64_t event) const {
  auto random = stream(event, stage_purpose);
  if (random.chance(options_.troubles.follow_up))
    return report_stage::follow_up;
  return random.chance(options_.troubles.nullification) ? report_stage::nullification
                                                        : report_stage::initial;
}

std::size_t trial_plan::subject_of(std::uint64_t event) const {
  return stream(event, subject_purpose).below(static_cast<std::uint32_t>(subjects_.size()));
}

unix_milliseconds trial_plan::time_of(std::uint64_t event) const {
  return options_.start + static_cast<unix_milliseconds>(static_cast<double>(event) * 1000.0 /
                                                         options_.events_per_second);
}

std::string trial_plan::id_of(std::uint64_t event) const {
  auto random = stream(event, id_purpose);
  uuid id{};
  const auto put = [&](std::size_t at, std::size_t count, std::uint64_t value) {
    for (std::size_t i = 0; i < count; ++i)
      id[at + i] = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
  };
  put(0, 8, random.next());
  put(8, 8, random.next());
  if (!options_.random_ids) {
    // RFC 9562, 6.2 method 3: milliseconds, then 12 bits of their fraction.
    const double ms = static_cast<double>(event) * 1000.0 / options_.events_per_second;
    const auto whole = static_cast<std::uint64_t>(ms);
    put(0, 6, static_cast<std::uint64_t>(options_.start) + whole);
    put(6, 2, static_cast<std::uint64_t>((ms - static_cast<double>(whole)) * 4096.0));
  }
  return to_string(with_version(id, options_.random_ids ? 4 : 7));
}

template <class Accept>
std::optional<std::uint64_t> trial_plan::find_before(std::uint64_t event, std::uint64_t purpose,
                                                     Accept accept) const {
  if (event == 0)
    return std::nullopt;
  const auto back =
      stream(event, purpose).below(static_cast<std::uint32_t>(std::min(event, look_back)));
  auto candidate = event - 1 - back;
  for (std::uint64_t i = 0; i < tries; ++i) {
    if (accept(candidate))
      return candidate;
    if (candidate-- == 0)
      break;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> trial_plan::repeated_by(std::uint64_t event) const {
  return find_before(event, repeat_purpose,
                     [this](auto one) { return role_of(one) == record_role::plain; });
}

std::uint64_t trial_plan::root_of(std::uint64_t event) const {
  if (stage_of(event) == report_stage::initial)
    return event;
  const auto root = find_before(event, root_purpose, [this](auto one) {
    return role_of(one) == record_role::plain && is_adverse_event(one) &&
           stage_of(one) == report_stage::initial;
  });
  return root.value_or(event);
}

std::string date_text(std::int64_t days_since_1970) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days_since_1970))};
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const auto month = static_cast<unsigned>(date.month()), day = static_cast<unsigned>(date.day());
  std::string text = "0000-00-00";
  const auto put = [&](std::size_t at, unsigned value) {
    text[at] = static_cast<char>('0' + value % 10);
  };
  put(0, year / 1000), put(1, year / 100), put(2, year / 10), put(3, year);
  put(5, month / 10), put(6, month), put(8, day / 10), put(9, day);
  return text;
}

} // namespace aepro
