#include "support/contracts/channel_servers.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <set>
#include <thread>

namespace aepro::test {

namespace {

using namespace std::chrono_literals;

constexpr const char* script = AEPRO_SOURCE_DIR "/scripts/test-mail";
constexpr const char* support = AEPRO_SOURCE_DIR "/test/support/contracts";

template <class Predicate>
void wait_until(Predicate is_there, std::chrono::seconds patience = 30s) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!is_there() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(20ms);
}

} // namespace

bool mail_server::is_installed() {
  static const bool found =
      std::system("command -v exim4 >/dev/null || [ -x /usr/sbin/exim4 ]") == 0;
  if (!found)
    std::fputs("SKIPPED: there is no exim4; run scripts/setup test\n", stderr);
  return found;
}

mail_server::mail_server() {
  run("start");
}

mail_server::~mail_server() {
  try {
    run("stop");
  } catch (const std::exception& error) { // It would hide the test's result.
    std::fputs(error.what(), stderr);
  }
}

std::string mail_server::run(const std::string& action) const {
  return output_of(fmt::format("'{}' {} '{}'", script, action, path("")));
}

std::string mail_server::port(const std::string& file) const {
  std::string number;
  std::ifstream(path(file)) >> number;
  return number;
}

void mail_server::shut_down() {
  run("shutdown");
}

void mail_server::freeze() {
  run("freeze");
}

void mail_server::restart() {
  run("restart");
}

nlohmann::json mail_server::mails(std::size_t count) const {
  const auto there = [&] {
    return count == 0 || (std::filesystem::exists(path("maildir/new")) &&
                          std::distance(std::filesystem::directory_iterator(path("maildir/new")),
                                        {}) >= static_cast<long>(count));
  };
  wait_until(there);
  return nlohmann::json::parse(
      output_of(fmt::format("python3 '{}/read_maildir.py' '{}'", support, path("maildir"))));
}

std::size_t mail_server::connections() const {
  std::ifstream log(path("log/mainlog"));
  std::size_t count = 0;
  for (std::string line; std::getline(log, line);)
    count +=
        line.find("SMTP connection from (") != line.npos ? 1 : 0; // Its end, with the name it gave.
  return count;
}

std::string webhook_server::address(const char* scheme, int port, const std::string& path) {
  return fmt::format("{}://localhost:{}/{}", scheme, port, path);
}

void webhook_server::shut_down() {
  if (process_ != nullptr)
    pclose(process_);
  process_ = nullptr;
}

void webhook_server::restart() {
  const auto file = folder_.path() / "ports";
  std::filesystem::remove(file);
  const auto port = ports_[0] == 0 ? std::string() : std::to_string(ports_[0]);
  const auto command = fmt::format("exec python3 '{}/webhook_server.py' '{}' {}", support,
                                   folder_.path().string(), port);
  process_ = popen(command.c_str(), "we");
  wait_until([&] { return std::filesystem::exists(file); });
  std::ifstream(file) >> ports_[0] >> ports_[1] >> ports_[2];
  BOOST_REQUIRE_MESSAGE(ports_[2] != 0, "the web server does not start");
}

nlohmann::json webhook_server::requests() const {
  auto all = nlohmann::json::array();
  std::ifstream file(folder_.path() / "requests");
  for (std::string line; std::getline(file, line);)
    all.push_back(nlohmann::json::parse(line));
  return all;
}

} // namespace aepro::test
