#pragma once

/// Adapter: an HTTP/1.1 server with or without TLS. One request for each connection, one thread for
/// all.

#include "messages/web_question.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace aepro {

struct web_server_options {
  std::string host;             ///< An IP address, or localhost.
  std::uint16_t port = 0;       ///< 0: any free one.
  std::string certificate, key; ///< PEM; both empty: without TLS.
  std::size_t connections_max =
      64; ///< One more is told to come again (503), with TLS it is closed.
  std::size_t request_bytes_max = 8 * 1024; ///< Of the head, and of the body.
  std::chrono::milliseconds request_max{
      10'000}; ///< For the request to come, for the answer, and for it to be taken.
};

/// Takes an answer, on any thread, at any time: the second to a request, and one that comes too
/// late, is dropped.
using web_answerer = std::function<void(web_answer)>;
/// Takes a request, and whom to answer until when. Called on the server's thread: must not block.
using web_handler = std::function<void(
    web_request request, std::chrono::steady_clock::time_point deadline, web_answerer answer)>;

/// Listens from open() on; answers from serve() on, on a thread of its own, until it is destroyed.
/// What is no HTTP, too large, or finds no answer in time is answered here: 400, 411, 413, 431,
/// 503. What is too slow is cut off.
class web_server {
public:
  /// Errors: invalid_settings, naming the setting: no address of this machine, a port in use or not
  /// allowed, a certificate or key that cannot be read, or that do not belong together.
  static caf::expected<std::unique_ptr<web_server>> open(web_server_options options);

  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;
  /// Closes every connection.
  ~web_server();

  /// Call once.
  void serve(web_handler handler);

  /// Returns the port on which it listens.
  std::uint16_t port() const;

private:
  struct impl;
  explicit web_server(std::unique_ptr<impl> made);

  std::unique_ptr<impl> impl_;
};

} // namespace aepro
