#include "apps/progress.hpp"

#include "apps/command_line.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace aepro {

namespace {
using namespace std::chrono_literals;
constexpr unsigned calls_per_look = 64; // A look at the clock costs more than most events.
} // namespace

progress_line::progress_line(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0),
      next_(std::chrono::steady_clock::now() + 500ms) {
}

void progress_line::show(const std::function<std::string()>& text) {
  if (quiet_ || ++calls_ % calls_per_look != 0)
    return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_)
    return;
  next_ = now + (terminal_ ? 200ms : 1000ms);
  if (terminal_)
    say(fmt::format("\r\x1b[K{}", text()));
  else
    say(fmt::format("aepro: {}\n", text()));
  std::fflush(stderr);
  drawn_ = terminal_;
}

void progress_line::clear() {
  if (drawn_)
    say("\r\x1b[K");
  drawn_ = false;
}

} // namespace aepro
