#pragma once

/// Adapter: a Unix domain socket's file, as long as a node listens on it.

#include <caf/expected.hpp>

#include <cstdint>
#include <string>

namespace aepro {

/// A listening socket and its file. Used by one thread.
class socket_file {
public:
  /// Makes the file (mode 0600) and listens; its folder is made (0700) where it is missing. A file
  /// that a dead node left is replaced. With `own_folder` the folder must be this user's alone.
  /// Errors, naming the path and what to do: fenced where another node listens there, named by its
  /// process; invalid_settings where the place cannot be used.
  static caf::expected<socket_file> listen(const std::string& path, bool own_folder);

  socket_file(socket_file&& other) noexcept;
  socket_file& operator=(socket_file&&) = delete;
  /// Removes the file, unless it is another's by now; closes the socket where nobody has taken it.
  ~socket_file();

  /// Returns the socket, which is the caller's from here on.
  int release();

private:
  socket_file(std::string path, int socket, std::uint64_t inode)
      : path_(std::move(path)), socket_(socket), inode_(inode) {}

  std::string path_;
  int socket_ = -1;
  std::uint64_t inode_ = 0; ///< 0: nothing to remove.
};

} // namespace aepro
