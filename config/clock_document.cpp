#include "config/clock_document.hpp"

#include "config/section_reader.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace aepro {

namespace {

using problems = std::vector<setting_problem>;
using namespace std::chrono_literals;

constexpr std::string_view section = "clocks.kinds";
constexpr std::size_t days_max = 3650;
constexpr std::chrono::hours time_max{24 * 365};
constexpr std::size_t reminders_max = 10;
constexpr std::chrono::hours day{24};

constexpr std::array<std::string_view, 8> kind_keys{
    "authority", "condition", "from", "after", "days", "time", "study", "remind_before"};

constexpr std::array conditions{
    std::pair{std::string_view("serious"), clock_condition::serious},
    std::pair{std::string_view("suspected-unexpected-serious"),
              clock_condition::suspected_unexpected_serious},
    std::pair{std::string_view("suspected-unexpected-fatal-or-life-threatening"),
              clock_condition::suspected_unexpected_grave},
    std::pair{std::string_view("suspected-unexpected-neither-fatal-nor-life-threatening"),
              clock_condition::suspected_unexpected_not_grave}};
constexpr std::array starts{
    std::pair{std::string_view("awareness"), clock_start::awareness},
    std::pair{std::string_view("qualification"), clock_start::qualification}};

class kind_reader {
public:
  kind_reader(const setting_sources& sources, problems& found) : sources_(sources), found_(found) {}

  std::vector<clock_kind> read(const YAML::Node& map, int line) {
    if (!map.IsMap()) {
      if (!map.IsNull())
        add(line, std::string(section), "expected NAME: and its keys below");
      return {};
    }
    std::set<std::string> seen;
    for (const auto& entry : map) {
      const auto name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      if (name.empty() || !seen.insert(name).second)
        add(entry.first.Mark().line, fmt::format("{}.{}", section, name),
            "a kind's name is plain text, and there once");
      else
        read_kind(entry.second, name);
    }
    for (auto& one : kinds_)
      resolve(one);
    return std::move(kinds_);
  }

private:
  void add(int line, std::string name, std::string message) {
    found_.push_back(
        {fmt::format("{}:{}", sources_.file_name, line + 1), std::move(name), std::move(message)});
  }

  void read_kind(const YAML::Node& node, const std::string& name) {
    section_reader from(node, fmt::format("{}.{}", section, name), kind_keys, sources_, found_);
    clock_kind made;
    made.name = name;
    from.read("authority", made.authority);
    from.read("after", made.after);
    from.read("study", made.study);
    if (made.authority.empty())
      from.refuse("", "authority is missing: to whom the report is due, for example FDA");
    if (made.after.empty()) {
      from.choose("condition", conditions, made.condition);
      from.choose("from", starts, made.from);
    } else {
      for (const auto* key : {"condition", "from", "time"})
        if (from.has(key))
          from.refuse(key,
                      fmt::format("is that of {}, which this kind is counted from; leave it out",
                                  made.after));
    }
    read_length(from, made);
    read_reminders(from, made);
    lines_.push_back(node.Mark().line);
    kinds_.push_back(std::move(made));
  }

  static void read_length(section_reader& from, clock_kind& made) {
    std::size_t days = 0;
    from.read("days", days);
    from.read("time", made.time);
    if (from.has("days") == from.has("time"))
      from.refuse(
          "",
          "say how long it runs: `days` (calendar days) or `time` (for example 24h), one of them");
    if (from.has("days") && (days < 1 || days > days_max))
      from.refuse("days", fmt::format("is out of range; 1 to {} is possible", days_max));
    if (made.time > time_max)
      from.refuse("time", "is out of range; 365d at most");
    made.days = static_cast<std::int32_t>(std::min(days, days_max));
  }

  static void read_reminders(section_reader& from, clock_kind& made) {
    std::vector<std::string> texts;
    from.read("remind_before", texts);
    for (const auto& text : texts)
      if (const auto before = parse_duration(text);
          before && before->count() > 0 && *before <= time_max)
        made.remind_before.push_back(*before);
      else
        from.refuse(
            "remind_before",
            fmt::format("'{}' is not a duration with its unit, for example 3d or 4h", text));
    const auto length = made.days > 0 ? made.days * day : made.time;
    for (const auto& before : made.remind_before)
      if (made.after.empty() && before >= length && length.count() > 0)
        from.refuse(
            "remind_before",
            "names a reminder before the clock begins: each must be shorter than `days` or `time`");
    if (texts.size() > reminders_max)
      from.refuse("remind_before",
                  fmt::format("names {} reminders; {} at most", texts.size(), reminders_max));
    if (!from.has("remind_before") && made.time.count() == 0)
      made.remind_before = {3 * day, day};
    std::ranges::sort(made.remind_before, std::greater{});
    made.remind_before.erase(std::unique(made.remind_before.begin(), made.remind_before.end()),
                             made.remind_before.end());
  }

  /// "+8" becomes 15 days from where the first kind begins.
  void resolve(clock_kind& one) {
    if (one.after.empty())
      return;
    const auto line = lines_[static_cast<std::size_t>(&one - kinds_.data())];
    const auto place = fmt::format("{}.{}.after", section, one.name);
    const auto base = std::ranges::find(kinds_, one.after, &clock_kind::name);
    if (base == kinds_.end())
      return add(line, place, fmt::format("there is no kind {}", one.after));
    if (!base->after.empty() || base->days == 0)
      return add(line, place,
                 fmt::format("{} must count days, and not from another kind itself", one.after));
    one.days += base->days;
    one.condition = base->condition;
    one.from = base->from;
    if (one.study.empty())
      one.study = base->study;
  }

  const setting_sources& sources_;
  problems& found_;
  std::vector<clock_kind> kinds_;
  std::vector<int> lines_; ///< Of each.
};

} // namespace

std::vector<clock_kind> default_clock_kinds() {
  using enum clock_condition;
  const std::vector<std::chrono::milliseconds> early{3 * day, day};
  return {{"fda-7-day", "FDA", suspected_unexpected_grave, clock_start::awareness, "", 7, 0ms, "",
           early},
          {"fda-7-day-full", "FDA", suspected_unexpected_grave, clock_start::awareness, "fda-7-day",
           15, 0ms, "", early},
          {"fda-15-day", "FDA", suspected_unexpected_not_grave, clock_start::qualification, "", 15,
           0ms, "", early},
          {"sponsor-24-hour", "sponsor", serious, clock_start::awareness, "", 0, day, "", {4h}}};
}

bool is_clock_section(std::string_view name) {
  return name == section;
}

std::string explain_clock_section(std::string_view name) {
  if (!name.empty() && name != "clocks" && name != section)
    return "";
  return fmt::format("{:42} NAME: and below it {} (docs/clocks.md)\n", section,
                     fmt::join(kind_keys, ", "));
}

std::vector<clock_kind> read_clock_kinds(const setting_sources& sources, problems& found) {
  try {
    const auto root = YAML::Load(sources.file_text);
    if (!root.IsMap())
      return default_clock_kinds();
    kind_reader reader(sources, found);
    for (const auto& entry : root) {
      const auto name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      if (is_clock_section(name))
        return reader.read(entry.second, entry.first.Mark().line);
      if (name == "clocks" && entry.second.IsMap())
        for (const auto& inner : entry.second)
          if (inner.first.IsScalar() && inner.first.Scalar() == "kinds")
            return reader.read(inner.second, inner.first.Mark().line);
    }
  } catch (const YAML::Exception&) { // load_settings() says so.
  }
  return default_clock_kinds();
}

} // namespace aepro
