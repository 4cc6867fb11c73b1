#include "actors/control/control_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <limits>

namespace aepro {

namespace {

using nlohmann::ordered_json;

constexpr std::pair<control_verb, std::string_view> verbs[]{{control_verb::status, "status"},
                                                            {control_verb::pool, "pool"},
                                                            {control_verb::pause, "pause"},
                                                            {control_verb::resume, "resume"},
                                                            {control_verb::drain, "drain"}};

std::string_view name_of(control_verb verb) {
  for (const auto& [known, name] : verbs)
    if (known == verb)
      return name;
  return "";
}

std::string line_of(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// Conversion would make partition 0 of 4294967296, and pause that.
std::int32_t partition_of(const ordered_json& request) {
  const auto& partition = request.at("partition");
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  if (!partition.is_number_unsigned() || partition.get<std::uint64_t>() > most)
    throw ordered_json::type_error::create(302, "partition must be a whole number, 0 or more",
                                           &request);
  return partition.get<std::int32_t>();
}

/// Throws nlohmann::json::exception where a member is missing or of another type.
control_command command_of(control_verb verb, const ordered_json& request) {
  control_command command;
  command.verb = verb;
  if (verb == control_verb::pool) {
    command.pool = request.at("pool").get<std::string>();
    const auto& size = request.at("size");
    if (!size.is_number_unsigned())
      throw ordered_json::type_error::create(302, "size must be a number, 0 or more", &request);
    command.size = size.get<std::size_t>();
  }
  if (verb == control_verb::pause || verb == control_verb::resume)
    command.stream = {request.at("topic").get<std::string>(), partition_of(request)};
  return command;
}

} // namespace

std::string control_text(const control_command& command) {
  switch (command.verb) {
    case control_verb::status:
    case control_verb::drain: return std::string{name_of(command.verb)};
    case control_verb::pool: return fmt::format("pool {} {}", command.pool, command.size);
    case control_verb::pause:
    case control_verb::resume:
      return fmt::format("{} {}/{}", name_of(command.verb), command.stream.topic,
                         command.stream.partition);
  }
  return {};
}

std::optional<stream_name> parse_stream(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size())
    return std::nullopt;
  stream_name stream{std::string{text.substr(0, slash)}, -1};
  const auto* end = text.data() + text.size();
  const auto [rest, trouble] = std::from_chars(text.data() + slash + 1, end, stream.partition);
  if (trouble != std::errc{} || rest != end || stream.partition < 0)
    return std::nullopt;
  return stream;
}

std::string request_line(const control_command& command) {
  ordered_json request{{"command", name_of(command.verb)}};
  if (command.verb == control_verb::pool) {
    request["pool"] = command.pool;
    request["size"] = command.size;
  }
  if (command.verb == control_verb::pause || command.verb == control_verb::resume) {
    request["topic"] = command.stream.topic;
    request["partition"] = command.stream.partition;
  }
  return line_of(request);
}

std::variant<control_command, std::string> parse_request(std::string_view line) {
  const auto request = ordered_json::parse(line, nullptr, false);
  if (!request.is_object())
    return "the request is no JSON object";
  const auto name = request.find("command");
  if (name == request.end() || !name->is_string())
    return "the request names no command";
  try {
    for (const auto& [verb, known] : verbs)
      if (name->get_ref<const std::string&>() == known)
        return command_of(verb, request);
  } catch (const ordered_json::exception& wrong) {
    return fmt::format("the request is incomplete: {}", wrong.what());
  }
  return fmt::format("no command `{}`; there are status, pool, pause, resume and drain",
                     name->get_ref<const std::string&>());
}

std::string outcome_line(const control_outcome& outcome) {
  return line_of({{"ok", outcome.done}, {outcome.done ? "outcome" : "error", outcome.text}});
}

} // namespace aepro
