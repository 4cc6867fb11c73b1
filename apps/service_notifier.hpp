#pragma once

/// What a node tells the service manager that started it (systemd, `Type=notify`): ready, alive,
/// stopping. Source: sd_notify(3). A datagram per message; libsystemd would be a dependency for
/// that alone.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// Used by one thread. Without a service manager every call does nothing.
class service_notifier {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `socket`: NOTIFY_SOCKET, a path or `@name`; empty: no service manager. `watchdog`:
  /// WATCHDOG_USEC; zero: nobody waits for a sign of life.
  service_notifier(std::string socket, std::chrono::microseconds watchdog);
  service_notifier(const service_notifier&) = delete;
  service_notifier& operator=(const service_notifier&) = delete;
  ~service_notifier();

  /// As the environment of this process says.
  static service_notifier from_environment();

  /// The node does its work: said once.
  void ready(std::string_view status);

  /// The node has answered: a sign of life at half of the time that is allowed, and what `systemctl
  /// status` shows, at most once a second. Not to be called for a node that does not answer.
  void alive(std::string_view status, time_point now);

  /// The node drains: said once.
  void stopping(std::string_view status);

private:
  void send(const std::string& message);

  std::string socket_;
  std::chrono::microseconds watchdog_;
  int descriptor_ = -1;
  bool ready_ = false, stopping_ = false, trouble_ = false;
  std::string status_;
  std::optional<time_point> last_sign_, last_status_;
};

} // namespace aepro
