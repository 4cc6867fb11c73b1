#include "apps/service_notifier.hpp"

#include "actors/common/log.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace aepro {

namespace {

constexpr std::chrono::seconds status_interval{1};

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
}

} // namespace

service_notifier::service_notifier(std::string socket, std::chrono::microseconds watchdog)
    : socket_(std::move(socket)), watchdog_(watchdog) {
  if (!socket_.empty())
    descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

service_notifier::~service_notifier() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

/// WATCHDOG_PID names another process where a wrapper started this one.
service_notifier service_notifier::from_environment() {
  const auto pid = number(variable("WATCHDOG_PID"));
  const bool ours = pid == 0 || pid == getpid();
  return {variable("NOTIFY_SOCKET"),
          std::chrono::microseconds(ours ? number(variable("WATCHDOG_USEC")) : 0)};
}

void service_notifier::ready(std::string_view status) {
  if (std::exchange(ready_, true))
    return;
  send(fmt::format("READY=1\nSTATUS={}", status));
}

void service_notifier::alive(std::string_view status, time_point now) {
  std::string message;
  if (watchdog_.count() > 0 && (!last_sign_ || now - *last_sign_ >= watchdog_ / 2)) {
    last_sign_ = now;
    message = "WATCHDOG=1";
  }
  if (status != status_ && (!last_status_ || now - *last_status_ >= status_interval)) {
    last_status_ = now;
    status_ = status;
    message += fmt::format("{}STATUS={}", message.empty() ? "" : "\n", status);
  }
  if (!message.empty())
    send(message);
}

void service_notifier::stopping(std::string_view status) {
  if (std::exchange(stopping_, true))
    return;
  send(fmt::format("STOPPING=1\nSTATUS={}", status));
}

/// Never blocks: a service manager that does not read must not hold the node up.
void service_notifier::send(const std::string& message) {
  if (socket_.empty())
    return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto length = std::min(socket_.size(), sizeof(address.sun_path) - 1);
  std::memcpy(address.sun_path, socket_.data(), length);
  if (socket_.front() == '@')
    address.sun_path[0] = '\0'; // A name of Linux's abstract kind.
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  const auto sent =
      ::sendto(descriptor_, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), size);
  if (sent < 0 && !std::exchange(trouble_, true))
    log::warn("run", "service-manager-not-told",
              "NOTIFY_SOCKET {}: {}; the service manager may take this node for one "
              "that hangs",
              socket_, std::strerror(errno));
}

} // namespace aepro
