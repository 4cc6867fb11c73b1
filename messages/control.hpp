#pragma once

/// What a running node is asked and told from outside.

#include "messages/record.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace aepro {

enum class control_verb : std::uint8_t { status, pool, pause, resume, drain };

struct control_command {
  control_verb verb = control_verb::status;
  std::string pool;      ///< pool: its name.
  std::size_t size = 0;  ///< pool: workers, 1 to pool_size_max.
  stream_name stream;    ///< pause, resume.
  std::uint32_t uid = 0; ///< Of the user who says it, as the kernel knows it.
};

/// Most workers that a pool can be told to have.
constexpr std::size_t pool_size_max = 256;

/// Not done: nothing has changed, and the text says why.
struct control_outcome {
  bool done = false;
  std::string text;
};

/// A command on its way to the supervisor.
struct control_question {
  control_command command;
  std::function<void(std::string)> answer; ///< Takes a line of JSON, on any thread; must not block.
};

} // namespace aepro
