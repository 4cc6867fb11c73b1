#pragma once

/// A blocking libpq connection for binary COPY: as little as a hand-written writer would have.

#include <libpq-fe.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace aepro::bench {

/// Every function throws std::runtime_error with the server's message. One thread at a time.
class copy_connection {
public:
  explicit copy_connection(const std::string& url);

  /// Runs statements without a result that matters; returns the last result's first field, if any.
  std::string run(const std::string& statements);

  /// Sends `bytes`, a complete binary COPY without header and trailer, as rows of `statement`.
  void copy_in(const std::string& statement, std::string_view rows);

  /// Runs COPY ... TO STDOUT (FORMAT binary); `take` sees each row's bytes, without header and
  /// trailer.
  void copy_out(const std::string& statement, const std::function<void(std::string_view)>& take);

private:
  struct release {
    void operator()(PGconn* handle) const { PQfinish(handle); }
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using result_handle = std::unique_ptr<PGresult, release>;

  void expect(const result_handle& result, ExecStatusType wanted);

  std::unique_ptr<PGconn, release> handle_;
};

} // namespace aepro::bench
