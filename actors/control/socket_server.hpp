#pragma once

/// Adapter: the control socket. A request is a line, its answer is a line.

#include "actors/control/socket_file.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace aepro {

struct socket_options {
  std::string path;
  bool own_folder = false; ///< As socket_file::listen's.
  std::uint32_t uid = 0;   ///< The only user who is answered.
  std::size_t request_bytes_max = 4096;
  std::size_t clients_max = 16; ///< At a time; one more is told so and sent away.
  std::chrono::milliseconds request_max{
      5'000}; ///< For a client to say a request, counted from its last answer.
  std::chrono::milliseconds answer_max{10'000}; ///< For an answer to come and to be taken.
};

/// Takes an answer without its line's end, on any thread, at any time: one that comes too late is
/// dropped.
using control_answer = std::function<void(std::string)>;
/// Takes a request, the user who made it, and whom to answer. Called on the server's thread: must
/// not block.
using control_handler =
    std::function<void(const std::string& line, std::uint32_t uid, control_answer answer)>;

/// Listens from open() on; answers from serve() on, on a thread of its own, until it is destroyed.
class socket_server {
public:
  /// Errors: socket_file::listen's.
  static caf::expected<std::unique_ptr<socket_server>> open(socket_options options);

  socket_server(const socket_server&) = delete;
  socket_server& operator=(const socket_server&) = delete;
  /// Sends every client away and removes the file.
  ~socket_server();

  /// Call once.
  void serve(control_handler handler);

private:
  struct impl;
  explicit socket_server(std::unique_ptr<impl> made);

  std::unique_ptr<impl> impl_;
};

} // namespace aepro
