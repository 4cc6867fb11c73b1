#pragma once

/// A proxy in front of a PostgreSQL server that counts protocol messages and breaks connections at
/// one of them.

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace aepro::test {

enum class cut_direction { to_server, to_client };
enum class cut_times { once, until_healed };

/// Runs on a thread of its own. A message that is cut is not forwarded: the request never comes, or
/// its answer is lost.
class postgres_proxy {
public:
  /// In front of the server of `url`, postgresql://USER@HOST:PORT/DATABASE.
  explicit postgres_proxy(const std::string& url);
  ~postgres_proxy();
  postgres_proxy(const postgres_proxy&) = delete;
  postgres_proxy& operator=(const postgres_proxy&) = delete;

  /// Returns the same database's URL through the proxy.
  const std::string& url() const { return url_; }

  /// Breaks the connection instead of forwarding the `n`-th message from now on, from 1; all others
  /// and new ones as well where it is not `once`.
  void cut_at(std::uint64_t n, cut_direction direction, cut_times times);

  /// Forwards nothing more, but keeps connections and takes new ones: a server that hangs.
  void freeze();

  /// Refuses new connections only, as a cancel request is one.
  void refuse_new();

  /// All is well again. Returns whether anything had been cut.
  bool heal();

private:
  /// One direction of a connection.
  struct flow {
    int from = -1, to = -1;
    bool begins = false; ///< The client's first message has no type.
    std::string held;    ///< Received, not forwarded: part of a message.
  };
  struct pair {
    flow out, back;
  };

  void run();
  void take_client();
  /// Returns false where the connection has ended.
  bool forward(flow& one, cut_direction direction);
  bool send_whole_messages(flow& one, cut_direction direction);
  bool is_cut(cut_direction direction);
  static void close(pair& connection);

  std::string host_;
  int port_ = 0;
  std::string url_;
  int listener_ = -1;
  std::list<pair> pairs_; ///< Of the thread alone.

  std::mutex mutex_;
  std::uint64_t left_ = 0; ///< Messages until the cut; 0: none is planned.
  cut_direction direction_ = cut_direction::to_server;
  cut_times times_ = cut_times::once;
  bool has_cut_ = false, refuses_ = false, is_frozen_ = false;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

} // namespace aepro::test
