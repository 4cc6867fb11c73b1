#pragma once

/// A real mail server and an HTTPS server for the channels' tests.

#include "support/store/store_fixture.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

namespace aepro::test {

/// exim, started once for each of these.
class mail_server {
public:
  mail_server();
  ~mail_server();

  /// Says on stderr what is missing, and that tests are skipped, where it is not installed.
  static bool is_installed();

  std::string url() const { return "smtp://localhost:" + port("port"); }
  std::string tls_url() const { return "smtps://localhost:" + port("tls-port"); }
  std::string plain_url() const { return "smtp://localhost:" + port("plain-port"); }
  /// Returns an address of the same server for which its certificate is not.
  std::string misnamed_url() const { return "smtp://127.0.0.2:" + port("port"); }
  std::string ca_file() const { return path("ca.pem"); }
  std::string other_ca_file() const { return path("other-ca.pem"); }
  void shut_down();
  void restart();

  /// Lets the connections hang that there are.
  void freeze();

  /// Returns what read_maildir.py says of the mails, once there are `count`, or 30 seconds have
  /// passed.
  nlohmann::json mails(std::size_t count) const;

  /// Returns how many connections there were from anybody who said something.
  std::size_t connections() const;

private:
  std::string path(const std::string& name) const {
    return (folder_.path() / "mail" / name).string();
  }
  std::string run(const std::string& action) const;
  std::string port(const std::string& file) const;

  temporary_folder folder_;
};

/// webhook_server.py.
class webhook_server {
public:
  webhook_server() { restart(); }
  ~webhook_server() { shut_down(); }

  std::string url(const std::string& path = "ok") const {
    return address("https", ports_[0], path);
  }
  std::string wrong_url() const { return address("https", ports_[1], "ok"); }
  std::string plain_url() const { return address("http", ports_[2], "ok"); }
  std::string ca_file() const { return (folder_.path() / "ca.pem").string(); }
  void shut_down();
  void restart();

  /// Returns the requests so far.
  nlohmann::json requests() const;

private:
  static std::string address(const char* scheme, int port, const std::string& path);

  temporary_folder folder_;
  FILE* process_ = nullptr; ///< Its standard input.
  int ports_[3] = {};
};

} // namespace aepro::test
