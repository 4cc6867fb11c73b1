#pragma once

/// What a person sees of the demo: the progress line and the last screen.

#include "config/settings.hpp"
#include "messages/status.hpp"

#include <string>

namespace aepro {

class demo_progress {
public:
  explicit demo_progress(bool quiet);
  ~demo_progress();
  demo_progress(const demo_progress&) = delete;
  demo_progress& operator=(const demo_progress&) = delete;

  /// Redraws on a terminal; elsewhere writes a line about once a second.
  void show(std::uint64_t published, const ingest_status& status);

private:
  bool quiet_;
  bool terminal_;
  int calls_ = 0;
};

struct demo_result {
  ingest_status last;
  outbound_status outbound;
  notifier_status told;
  std::uint64_t published = 0;
  double seconds = 0;
  std::string kept_store; ///< Empty: the store goes with the demo.
};

/// Reads the store back, verifies it and prints the summary. Returns an exit code: exit_no if
/// verify finds damage.
int report_demo(const settings& values, const demo_result& result, bool json);

} // namespace aepro
