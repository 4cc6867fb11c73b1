#include "actors/control/socket_file.hpp"

#include "messages/type_ids.hpp"

#include <fmt/format.h>

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace aepro {

namespace {

/// Closed at the end of its scope.
class handle {
public:
  explicit handle(int number) : number_(number) {}
  handle(const handle&) = delete;
  handle& operator=(const handle&) = delete;
  ~handle() {
    if (number_ >= 0)
      ::close(number_);
  }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

private:
  int number_;
};

caf::error refusal(const std::string& path, const std::string& why) {
  return caf::make_error(
      errc::invalid_settings,
      fmt::format("control socket {}: {}; `control.socket` names another place, empty: none", path,
                  why));
}

std::string reason_now() {
  return std::strerror(errno);
}

/// Returns why `folder` cannot hold the socket, or nothing.
caf::error prepare_folder(const std::string& path, const std::string& folder, bool own_folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return refusal(path, fmt::format("its folder {} cannot be made ({})", folder, reason_now()));
  struct stat found {};
  if (::lstat(folder.c_str(), &found) != 0)
    return refusal(path,
                   fmt::format("its folder {} cannot be looked at ({})", folder, reason_now()));
  // In a place that others may write to, somebody could have made the folder, or a link, before us.
  if (own_folder &&
      (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() || (found.st_mode & 077) != 0))
    return refusal(path,
                   fmt::format("its folder {} must be this user's alone (mode 0700)", folder));
  return {};
}

/// Holds other starting nodes off while a file is looked at and replaced; goes with the handle.
int lock_folder(const std::string& folder) {
  const auto opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int tries = 0; opened >= 0 && ::flock(opened, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (tries == 100) {
      ::close(opened);
      errno = EWOULDBLOCK;
      return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return opened;
}

/// Removes what a dead node left at `address`.
caf::error take_over(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0)
    return errno == ENOENT ? caf::error{} : refusal(path, reason_now());
  if (!S_ISSOCK(found.st_mode))
    return refusal(path, "something else is there, which is left alone");
  const handle probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const auto is_alive =
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (is_alive || errno == EAGAIN) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool is_known =
        is_alive && ::getsockopt(probe.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return caf::make_error(
        errc::fenced,
        fmt::format(
            "control socket {}: another node listens there{}; give each node of this machine "
            "its own `instance_id` or `control.socket`",
            path, is_known ? fmt::format(" (process {})", peer.pid) : ""));
  }
  if (errno != ECONNREFUSED)
    return refusal(path, reason_now());
  if (::unlink(path.c_str()) != 0)
    return refusal(path, fmt::format("what a dead node left cannot be removed ({})", reason_now()));
  return {};
}

} // namespace

caf::expected<socket_file> socket_file::listen(const std::string& path, bool own_folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return refusal(path, fmt::format("is longer than {} bytes", sizeof address.sun_path - 1));
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  if (auto wrong = prepare_folder(path, folder, own_folder))
    return wrong;
  const handle lock{lock_folder(folder)};
  if (lock.get() < 0)
    return refusal(path, fmt::format("its folder {} cannot be locked ({})", folder, reason_now()));
  if (auto wrong = take_over(path, address))
    return wrong;
  handle made{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  // The file gets the socket's own mode: nobody else can connect, not even before a chmod.
  if (made.get() < 0 || ::fchmod(made.get(), 0600) != 0 ||
      ::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return refusal(path, reason_now());
  struct stat bound {};
  if (::stat(path.c_str(), &bound) != 0 || ::listen(made.get(), 16) != 0)
    return refusal(path, reason_now());
  return socket_file{path, made.release(), bound.st_ino};
}

socket_file::socket_file(socket_file&& other) noexcept
    : path_(std::move(other.path_)), socket_(std::exchange(other.socket_, -1)),
      inode_(std::exchange(other.inode_, 0)) {
}

socket_file::~socket_file() {
  struct stat found {};
  if (inode_ != 0 && ::lstat(path_.c_str(), &found) == 0 && found.st_ino == inode_)
    ::unlink(path_.c_str());
  if (socket_ >= 0)
    ::close(socket_);
}

int socket_file::release() {
  return std::exchange(socket_, -1);
}

} // namespace aepro
