#include "config/setting_assignment.hpp"

#include "config/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace aepro {

namespace {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>; // clang before 17 needs it spelled out

std::string out_of_range(const setting_row& row, std::string_view text) {
  const auto show = [&](std::int64_t value) {
    switch (row.type) {
      case setting_type::duration: return format_duration(std::chrono::milliseconds(value));
      case setting_type::bytes: return format_bytes(value);
      case setting_type::text:
      case setting_type::count:
      case setting_type::integer:
      case setting_type::flag:
      case setting_type::choice:
      case setting_type::list:
      case setting_type::file: break;
    }
    return std::to_string(value);
  };
  return fmt::format("{} is out of range; {} to {} is possible", text, show(row.minimum),
                     show(row.maximum));
}

/// Returns the number in bytes, milliseconds or the row's unit, or what is wrong with it.
std::variant<std::int64_t, std::string> parse_number(const setting_row& row,
                                                     std::string_view text) {
  std::optional<std::int64_t> number;
  std::string_view example = "a whole number";
  if (row.type == setting_type::duration) {
    if (const auto duration = parse_duration(text))
      number = duration->count();
    example = "a duration with its unit, for example 5ms, 30s or 10min";
  } else if (row.type == setting_type::bytes) {
    number = parse_bytes(text);
    example = "a size, for example 4096, 64KiB or 16MiB";
  } else {
    number = parse_integer(text);
  }
  if (!number)
    return fmt::format("'{}' is not {}", text, example);
  if (*number < row.minimum || *number > row.maximum)
    return out_of_range(row, text);
  return *number;
}

std::optional<std::string> find_text_problem(const setting_row& row, std::string_view text) {
  if (row.type == setting_type::choice) {
    const auto choices = split_list(row.choices, '|');
    if (std::ranges::find(choices, text) == choices.end())
      return fmt::format("'{}' is not one of {}", text, fmt::join(choices, ", "));
  }
  if (std::ranges::any_of(text, [](unsigned char letter) { return letter < 0x20; }))
    return "holds a control character";
  return {};
}

setting_problem unknown_setting(const setting_assignment& assignment) {
  std::vector<std::string_view> names;
  for (const auto& row : settings_table())
    names.push_back(row.name);
  for (const auto& row : settings_table())
    names.push_back(row.name.substr(0, row.name.rfind('.')));
  setting_problem problem{assignment.origin, assignment.name, "no such setting"};
  if (assignment.name == "storage.password") {
    problem.message = "secrets come from files; use storage.password_file";
  } else if (std::ranges::any_of(
                 names, [&](auto name) { return name.starts_with(assignment.name + "."); })) {
    problem.message = "is a section of settings, not one; `aepro config explain " +
                      assignment.name + "` lists it";
  } else if (const auto nearest = nearest_name(assignment.name, names)) {
    problem.message += fmt::format("; did you mean {}?", *nearest);
  } else {
    problem.message += "; `aepro config explain` lists them";
  }
  return problem;
}

std::optional<std::string> apply_kafka_property(loaded_settings& loaded,
                                                const setting_assignment& assignment,
                                                const setting_sources& sources) {
  auto property = assignment.name.substr(6);
  if (property.empty())
    return "librdkafka properties stand under kafka:, for example kafka.security.protocol";
  const auto reserved =
      std::ranges::find(kafka_reserved(), property, &kafka_reserved_row::property);
  if (reserved != kafka_reserved().end())
    return fmt::format("aepro sets it itself; {}", reserved->remedy);
  if (is_kafka_secret(property)) {
    if (!assignment.from_environment)
      return fmt::format("secrets come from files; use {}_file", assignment.name);
    loaded.values.kafka_secrets.try_emplace(property, assignment.value);
    return {};
  }
  if (property.ends_with("_file") && is_kafka_secret(property.substr(0, property.size() - 5))) {
    std::string secret;
    auto problem = read_secret(assignment.value, sources, secret);
    if (!problem)
      loaded.values.kafka_secrets.insert_or_assign(property.substr(0, property.size() - 5), secret);
    return problem;
  }
  loaded.values.kafka[property] = assignment.value;
  return {};
}

std::optional<std::string> read_http_secret(http_settings& http, std::string_view name,
                                            const setting_sources& sources) {
  const std::tuple<std::string_view, const std::string&, std::string&> files[] = {
      {"http.link_key_file", http.link_key_file, http.link_keys},
      {"http.certificate_file", http.certificate_file, http.certificate},
      {"http.key_file", http.key_file, http.key}};
  for (const auto& [setting, file, secret] : files)
    if (setting == name && !file.empty())
      return read_secret(file, sources, secret);
  return {};
}

} // namespace

std::optional<std::string> read_secret(std::string_view path, const setting_sources& sources,
                                       std::string& secret) {
  std::vector<std::string> tried;
  if (path.starts_with('/')) {
    tried.emplace_back(path);
  } else {
    if (!sources.credentials_directory.empty())
      tried.push_back(fmt::format("{}/{}", sources.credentials_directory, path));
    const auto slash = sources.file_name.rfind('/');
    tried.push_back(slash == std::string::npos
                        ? std::string(path)
                        : sources.file_name.substr(0, slash + 1) + std::string(path));
  }
  for (const auto& name : tried) {
    if (auto text = sources.read_file ? sources.read_file(name) : std::nullopt) {
      secret = trim(*text);
      if (secret.empty())
        return fmt::format("the secret file {} is empty; write the secret into it", name);
      return {};
    }
  }
  return fmt::format("no readable secret file {}; create it, readable by this user only",
                     fmt::join(tried, " or "));
}

std::optional<std::string> set_value(settings& values, const setting_row& row,
                                     std::string_view text) {
  std::variant<std::int64_t, std::string> number = 0;
  const auto target = row.target(values);
  const bool is_number = !std::holds_alternative<std::string*>(target) &&
                         !std::holds_alternative<bool*>(target) &&
                         !std::holds_alternative<std::vector<std::string>*>(target);
  text = trim(text);
  if (is_number) {
    number = parse_number(row, text);
    if (const auto* problem = std::get_if<std::string>(&number))
      return *problem;
  }
  return std::visit(overloaded{
                        [&](std::string* place) -> std::optional<std::string> {
                          if (auto problem = find_text_problem(row, text))
                            return problem;
                          *place = text;
                          return {};
                        },
                        [&](bool* place) -> std::optional<std::string> {
                          const auto flag = parse_flag(text);
                          if (!flag)
                            return fmt::format("'{}' is not true or false", text);
                          *place = *flag;
                          return {};
                        },
                        [&](std::vector<std::string>* place) -> std::optional<std::string> {
                          *place = split_list(text, ',');
                          return {};
                        },
                        [&](std::chrono::milliseconds* place) -> std::optional<std::string> {
                          *place = std::chrono::milliseconds(std::get<std::int64_t>(number));
                          return {};
                        },
                        [&](auto* place) -> std::optional<std::string> {
                          *place = static_cast<std::remove_pointer_t<decltype(place)>>(
                              std::get<std::int64_t>(number));
                          return {};
                        },
                    },
                    target);
}

std::string get_value(const settings& values, const setting_row& row) {
  // The table's accessors lead to mutable values; nothing is changed here.
  const auto target = row.target(const_cast<settings&>(values));
  return std::visit(
      overloaded{
          [](const std::string* place) { return *place; },
          [](const bool* place) { return std::string(*place ? "true" : "false"); },
          [](const std::vector<std::string>* place) {
            return fmt::format("{}", fmt::join(*place, ","));
          },
          [](const std::chrono::milliseconds* place) { return format_duration(*place); },
          [&](const auto* place) {
            return row.type == setting_type::bytes ? format_bytes(static_cast<std::int64_t>(*place))
                                                   : std::to_string(*place);
          },
      },
      target);
}

std::optional<setting_problem> apply_assignment(loaded_settings& loaded,
                                                const setting_assignment& assignment,
                                                const setting_sources& sources) {
  std::optional<std::string> message;
  if (assignment.name ==
      "kafka.group.instance.id") { // As librdkafka and Kafka's own tools call it.
    auto renamed = assignment;
    renamed.name = "instance_id";
    return apply_assignment(loaded, renamed, sources);
  }
  if (assignment.name.starts_with("kafka.")) {
    message = apply_kafka_property(loaded, assignment, sources);
  } else if (assignment.name == "storage.password" && assignment.from_environment) {
    loaded.values.storage.password = assignment.value;
    return {};
  } else if (const auto* row = find_setting(assignment.name)) {
    message = set_value(loaded.values, *row, assignment.value);
    if (!message && row->name == "storage.password_file" &&
        !loaded.values.storage.password_file.empty())
      message =
          read_secret(loaded.values.storage.password_file, sources, loaded.values.storage.password);
    if (!message && row->name == "anchors.key_file" && !loaded.values.anchors.key_file.empty())
      message = read_secret(loaded.values.anchors.key_file, sources, loaded.values.anchors.key);
    if (!message && row->name.starts_with("http."))
      message = read_http_secret(loaded.values.http, row->name, sources);
  } else {
    return unknown_setting(assignment);
  }
  if (message)
    return setting_problem{assignment.origin, assignment.name, *message};
  loaded.origins[assignment.name] = assignment.origin;
  return {};
}

} // namespace aepro
