#include "apps/control_access.hpp"

#include "actors/common/log.hpp"
#include "actors/control/control_place.hpp"
#include "actors/control/control_text.hpp"
#include "messages/error_text.hpp"

#include <cstdlib>
#include <unistd.h>

namespace aepro {

namespace {

/// Longer than a node needs that waits for a stage which does not answer.
constexpr std::chrono::seconds answer_patience{8};

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

control_place place_of(const settings& values) {
  return control_place_of(values, {environment_value("RUNTIME_DIRECTORY"),
                                   environment_value("XDG_RUNTIME_DIR"), ::geteuid()});
}

} // namespace

caf::expected<std::unique_ptr<socket_server>> listen_for_control(const settings& values) {
  const auto place = place_of(values);
  if (place.path.empty())
    return std::unique_ptr<socket_server>{};
  socket_options options;
  options.path = place.path;
  options.own_folder = place.own_folder;
  options.uid = ::geteuid();
  auto opened = socket_server::open(std::move(options));
  if (opened || !place.own_folder || opened.error() == errc::fenced)
    return opened;
  log::warn("control", "no-control-socket", "{}", error_text(opened.error()));
  return std::unique_ptr<socket_server>{};
}

node_identity identity_of(const settings& values) {
  return {place_of(values).path, values.group, values.instance_id, ::getpid()};
}

std::string control_path(const settings& values) {
  return place_of(values).path;
}

control_reply ask_node(const settings& values, const control_command& command) {
  return ask_node(control_path(values), request_line(command), answer_patience);
}

} // namespace aepro
