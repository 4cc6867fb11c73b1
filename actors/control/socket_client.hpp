#pragma once

/// Adapter: asks the node that listens on a control socket.

#include <chrono>
#include <cstdint>
#include <string>

namespace aepro {

enum class control_reach : std::uint8_t {
  answered, ///< text is the node's line.
  nobody,   ///< No node listens there; text says how that shows.
  silent,   ///< A node listens and does not answer, or may not be asked; text says which.
};

struct control_reply {
  control_reach reach = control_reach::nobody;
  std::string text;
};

/// Sends the line `request` to `path` and waits for the answer, `patience` at most. Blocks.
control_reply ask_node(const std::string& path, const std::string& request,
                       std::chrono::milliseconds patience);

} // namespace aepro
