#pragma once

/// Where a node's control socket is. Pure.

#include <cstdint>
#include <string>

namespace aepro {

struct settings;

/// What of the process's surroundings the place depends on.
struct process_surroundings {
  std::string
      runtime_directory; ///< $RUNTIME_DIRECTORY: systemd's; the first, where there are several.
  std::string xdg_runtime_dir; ///< $XDG_RUNTIME_DIR.
  std::uint32_t uid = 0;
};

struct control_place {
  std::string path;        ///< Empty: no socket.
  bool own_folder = false; ///< The folder is aepro's own, for this user alone.
};

/// Returns what `control.socket` says; `auto`: a socket named after group and instance, in a folder
/// of aepro's own.
control_place control_place_of(const settings& values, const process_surroundings& surroundings);

} // namespace aepro
