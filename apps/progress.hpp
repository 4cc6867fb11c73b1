#pragma once

/// Progress on stderr: redrawn on a terminal, a line per second elsewhere, nothing when quiet.

#include <chrono>
#include <functional>
#include <string>

namespace aepro {

class progress_line {
public:
  explicit progress_line(bool quiet);

  /// Shows `text()` if enough time has passed since the last. Cheap enough to call for every event.
  void show(const std::function<std::string()>& text);

  /// Takes a redrawn line away, before other text is written.
  void clear();

private:
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  unsigned calls_ = 0;
  std::chrono::steady_clock::time_point next_;
};

} // namespace aepro
