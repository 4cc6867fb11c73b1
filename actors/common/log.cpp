#include "actors/common/log.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace aepro::log {

namespace {

std::atomic<level> lowest_level{level::info};
std::atomic<bool> json_lines{false};

spdlog::level::level_enum to_spdlog(level value) {
  switch (value) {
    case level::debug: return spdlog::level::debug;
    case level::info: return spdlog::level::info;
    case level::warn: return spdlog::level::warn;
    case level::error: return spdlog::level::err;
    case level::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

/// Made at first use and never destroyed: actors may log while the process ends.
spdlog::logger& sink() {
  static auto* logger = [] {
    auto* made = new spdlog::logger("aepro", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(spdlog::level::debug);
    made->set_pattern("%v");
    return made;
  }();
  return *logger;
}

} // namespace

void configure(level lowest, bool json) {
  lowest_level = lowest;
  json_lines = json;
  sink().set_pattern(json ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %-5l %v");
}

bool enabled(level value) {
  return value >= lowest_level.load(std::memory_order_relaxed);
}

std::string on_one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text)
    if (c == '\n')
      line += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      line += c;
  return line;
}

void write(level value, std::string_view component, std::string_view event, std::string_view text) {
  if (!enabled(value))
    return;
  if (!json_lines.load(std::memory_order_relaxed)) {
    sink().log(to_spdlog(value), "{} {} {}", component, event, on_one_line(text));
    return;
  }
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto name = spdlog::level::to_string_view(to_spdlog(value));
  const nlohmann::json line{{"unix_ms", now},
                            {"level", std::string(name.data(), name.size())},
                            {"component", component},
                            {"event", event},
                            {"text", text}};
  sink().log(to_spdlog(value), line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace aepro::log
