#include "test/support/store/postgres_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <regex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace aepro::test {

namespace {

constexpr int look_interval_ms = 20;

sockaddr_in address_of(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error("not an IPv4 address: " + host);
  return address;
}

int open_socket() {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0)
    throw std::runtime_error("no socket");
  const int on = 1;
  setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return handle;
}

bool send_all(int handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = send(handle, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Returns the length of the first message in `bytes`, or 0 where not even that is there.
std::size_t message_length(const std::string& bytes, bool has_type) {
  const std::size_t start = has_type ? 1 : 0;
  if (bytes.size() < start + 4)
    return 0;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length = length << 8 | static_cast<std::uint8_t>(bytes[start + i]);
  return start + length;
}

} // namespace

postgres_proxy::postgres_proxy(const std::string& url) {
  static const std::regex form("(postgresql://[^@]*@)([^:/]+):([0-9]+)/(.*)");
  std::smatch parts;
  if (!std::regex_match(url, parts, form))
    throw std::runtime_error("not understood: " + url);
  host_ = parts[2];
  port_ = std::stoi(parts[3]);
  listener_ = open_socket();
  auto address = address_of("127.0.0.1", 0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the proxy cannot listen");
  // Without TLS: the messages are to be seen.
  url_ = fmt::format("{}127.0.0.1:{}/{}?sslmode=disable&gssencmode=disable", parts[1].str(),
                     ntohs(address.sin_port), parts[4].str());
  thread_ = std::thread([this] { run(); });
}

postgres_proxy::~postgres_proxy() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

void postgres_proxy::cut_at(std::uint64_t n, cut_direction direction, cut_times times) {
  const std::lock_guard lock{mutex_};
  left_ = n;
  direction_ = direction;
  times_ = times;
  has_cut_ = false;
}

void postgres_proxy::freeze() {
  const std::lock_guard lock{mutex_};
  is_frozen_ = true;
}

void postgres_proxy::refuse_new() {
  const std::lock_guard lock{mutex_};
  refuses_ = true;
}

bool postgres_proxy::heal() {
  const std::lock_guard lock{mutex_};
  left_ = 0;
  refuses_ = is_frozen_ = false;
  return std::exchange(has_cut_, false);
}

void postgres_proxy::run() {
  while (!stop_) {
    bool is_frozen = false;
    {
      const std::lock_guard lock{mutex_};
      is_frozen = is_frozen_;
    }
    std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
    if (!is_frozen)
      for (const auto& connection : pairs_) {
        waiting.push_back({connection.out.from, POLLIN, 0});
        waiting.push_back({connection.back.from, POLLIN, 0});
      }
    if (poll(waiting.data(), waiting.size(), look_interval_ms) <= 0)
      continue;
    std::size_t i = 1;
    for (auto one = pairs_.begin(); one != pairs_.end() && i < waiting.size(); i += 2) {
      const bool goes_on =
          (waiting[i].revents == 0 || forward(one->out, cut_direction::to_server)) &&
          (waiting[i + 1].revents == 0 || forward(one->back, cut_direction::to_client));
      if (!goes_on)
        close(*one);
      one = goes_on ? std::next(one) : pairs_.erase(one);
    }
    if (waiting[0].revents != 0)
      take_client();
  }
  for (auto& connection : pairs_)
    close(connection);
}

void postgres_proxy::take_client() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0)
    return;
  bool refuses = false;
  {
    const std::lock_guard lock{mutex_};
    refuses = refuses_;
  }
  const int server = open_socket();
  const auto address = address_of(host_, port_);
  if (refuses ||
      connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(client);
    ::close(server);
    return;
  }
  pairs_.push_back({{client, server, true, {}}, {server, client, false, {}}});
}

bool postgres_proxy::forward(flow& one, cut_direction direction) {
  std::array<char, 65536> buffer;
  const auto count = recv(one.from, buffer.data(), buffer.size(), 0);
  if (count <= 0)
    return false;
  one.held.append(buffer.data(), static_cast<std::size_t>(count));
  return send_whole_messages(one, direction);
}

bool postgres_proxy::send_whole_messages(flow& one, cut_direction direction) {
  while (true) {
    const auto length = message_length(one.held, !one.begins);
    if (length == 0 || one.held.size() < length)
      return true;
    if (is_cut(direction) || !send_all(one.to, std::string_view(one.held).substr(0, length)))
      return false;
    one.held.erase(0, length);
    one.begins = false;
  }
}

bool postgres_proxy::is_cut(cut_direction direction) {
  const std::lock_guard lock{mutex_};
  if (left_ == 0 || direction != direction_ || --left_ > 0)
    return has_cut_ && refuses_;
  has_cut_ = true;
  refuses_ = times_ == cut_times::until_healed;
  return true;
}

void postgres_proxy::close(pair& connection) {
  ::close(connection.out.from);
  ::close(connection.back.from);
}

} // namespace aepro::test
