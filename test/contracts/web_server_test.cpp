#include "actors/acknowledge/alert_page.hpp"
#include "actors/acknowledge/socket_web_server.hpp"
#include "messages/error_text.hpp"
#include "messages/type_ids.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>

#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(web_server_contract)

namespace {

/// A client of a few lines, which may be as rude as a test wants.
class client {
public:
  explicit client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    BOOST_REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() { ::close(socket_); }

  void send(const std::string& text) const { // The server may have closed already.
    for (std::size_t sent = 0; sent < text.size();) {
      const auto size = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (size <= 0)
        return;
      sent += static_cast<std::size_t>(size);
    }
  }

  /// Returns all until the server closes.
  std::string read() const {
    std::string text;
    char part[4096];
    for (ssize_t size = 0; (size = ::recv(socket_, part, sizeof part, 0)) > 0;)
      text.append(part, static_cast<std::size_t>(size));
    return text;
  }

  std::string ask(const std::string& text) const {
    send(text);
    return read();
  }

private:
  int socket_;
};

/// A server that answers with what it was asked; /hang it never answers, /twice it does twice, from
/// another thread.
struct fixture {
  fixture() {
    options.host = "127.0.0.1";
    options.request_max = 10s;
  }

  void serve() {
    auto opened = web_server::open(options);
    if (!opened)
      BOOST_FAIL(error_text(opened.error()));
    server = std::move(*opened);
    server->serve([this](web_request request, std::chrono::steady_clock::time_point deadline,
                         web_answerer answer) {
      const std::lock_guard lock{mutex};
      requests.push_back(request);
      in_time = deadline > std::chrono::steady_clock::now();
      if (request.target == "/hang") {
        unanswered.push_back(std::move(answer));
        return;
      }
      std::thread([answer = std::move(answer), request = std::move(request)] {
        answer(page_answer(200, request.method + " " + request.target + " " + request.body + "\n"));
        if (request.target == "/twice")
          answer(page_answer(500, "again"));
      }).join();
    });
  }

  std::string ask(const std::string& text) const { return client(server->port()).ask(text); }
  std::size_t asked() {
    const std::lock_guard lock{mutex};
    return requests.size();
  }

  web_server_options options;
  std::mutex mutex;
  std::vector<web_request> requests;
  std::vector<web_answerer> unanswered;
  bool in_time = false;
  std::unique_ptr<web_server> server;
};

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string post(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}
bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE(text.substr(0, 500));
  return found;
}
bool is_status(const std::string& answer, int status) {
  return has(answer.substr(0, 15), "HTTP/1.1 " + std::to_string(status));
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_request_comes_whole_and_its_answer_as_well, fixture) {
  serve();
  const auto shown = ask(get("/a/x?y=1"));
  BOOST_TEST(is_status(shown, 200));
  BOOST_TEST(shown.ends_with("\r\n\r\nGET /a/x?y=1 \n"));
  for (const auto* header :
       {"Content-Length: 14\r\n", "Connection: close\r\n", "Cache-Control: no-store\r\n"})
    BOOST_TEST(has(shown, header), header);
  BOOST_TEST(!has(shown, "Server:"));
  BOOST_TEST(ask(post("/a/x", "reason=a&b=%0d")).ends_with("\r\n\r\nPOST /a/x reason=a&b=%0d\n"));
  BOOST_TEST(requests.at(0).address == "127.0.0.1");
  BOOST_TEST(in_time);
}

BOOST_FIXTURE_TEST_CASE(a_head_request_is_answered_without_the_body, fixture) {
  serve();
  const auto answer = ask("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(is_status(answer, 200));
  BOOST_TEST(has(answer, "Content-Length: 9\r\n"));
  BOOST_TEST(answer.ends_with("\r\n\r\n"));
}

BOOST_FIXTURE_TEST_CASE(any_method_and_an_old_version_pass_to_whoever_answers, fixture) {
  serve();
  BOOST_TEST(has(ask("BREW /x HTTP/1.1\r\nHost: a\r\n\r\n"), "BREW /x"));
  BOOST_TEST(has(ask("DELETE /x HTTP/1.0\r\n\r\n"), "DELETE /x"));
}

BOOST_FIXTURE_TEST_CASE(what_is_no_http_is_told_so_and_asks_nobody, fixture) {
  serve();
  for (const auto* wrong :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET /x HTTP/9.9\r\n\r\n",
        "GET /x HTTP/1.1\r\nno colon\r\n\r\n", "\x16\x03\x01\x02 a TLS greeting\r\n\r\n",
        "POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n"})
    BOOST_TEST(is_status(ask(wrong), 400), wrong);
  BOOST_TEST(asked() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_huge_body_a_huge_head_and_one_of_unknown_length_are_refused, fixture) {
  options.request_bytes_max = 4096;
  serve();
  BOOST_TEST(has(ask(post("/x", std::string(4096, 'x'))), "xxx\n"));
  BOOST_TEST(is_status(ask(post("/x", std::string(4097, 'x'))), 413));
  BOOST_TEST(is_status(ask(post("/x", std::string(20'000'000, 'x'))), 413));
  BOOST_TEST(is_status(ask("GET /" + std::string(5000, 'x') + " HTTP/1.1\r\n\r\n"), 431));
  BOOST_TEST(is_status(ask("GET / HTTP/1.1\r\nA: " + std::string(5'000'000, 'x')), 431));
  BOOST_TEST(is_status(
      ask("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"), 411));
  BOOST_TEST(asked() == 1U);
}

BOOST_FIXTURE_TEST_CASE(of_requests_sent_at_once_the_first_is_answered_and_the_connection_closed,
                        fixture) {
  serve();
  const auto answer = ask(get("/first") + get("/second") + get("/third"));
  BOOST_TEST(has(answer, "GET /first"));
  BOOST_TEST(!has(answer, "/second"));
  BOOST_TEST(asked() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_slow_client_is_cut_off_and_others_are_served_meanwhile, fixture) {
  options.request_max = 500ms;
  serve();
  const client silent(server->port()), slow(server->port()), half(server->port());
  slow.send("GET /x HTT");
  half.send("POST /x HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
  BOOST_TEST(has(ask(get("/y")), "GET /y"));
  const auto begin = std::chrono::steady_clock::now();
  for (const auto* one : {&silent, &slow, &half})
    BOOST_TEST(one->read() == "");
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 10s));
  BOOST_TEST(asked() == 1U);
}

BOOST_FIXTURE_TEST_CASE(
    who_is_not_answered_in_time_is_told_to_come_again_and_a_late_answer_is_dropped, fixture) {
  options.request_max = 300ms;
  serve();
  BOOST_TEST(is_status(ask(get("/hang")), 503));
  unanswered.at(0)(page_answer(200, "late"));
  BOOST_TEST(has(ask(get("/y")), "GET /y"));
  BOOST_TEST(!has(ask(get("/twice")), "again"));
}

BOOST_FIXTURE_TEST_CASE(connections_beyond_the_limit_are_told_to_come_again, fixture) {
  options.connections_max = 4;
  serve();
  std::vector<std::unique_ptr<client>> open;
  for (int i = 0; i < 4; ++i)
    open.push_back(std::make_unique<client>(server->port()));
  BOOST_TEST(is_status(client(server->port()).read(), 503));
  for (int i = 0; i < 50; ++i) // However many: some are told, the rest closed.
    open.push_back(std::make_unique<client>(server->port()));
  for (int i = 20; i < 50; ++i)
    open[static_cast<std::size_t>(i)]->read();
  open.clear();
  std::string answer;
  for (int tries = 0; tries < 200 && !answer.starts_with("HTTP/1.1 200");
       ++tries) { // Until it has seen that they left.
    answer = ask(get("/y"));
    std::this_thread::sleep_for(10ms);
  }
  BOOST_TEST(has(answer, "GET /y"));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_leaves_before_its_answer_harms_nobody, fixture) {
  serve();
  for (int i = 0; i < 20; ++i)
    client(server->port()).send(i % 2 == 0 ? get("/hang") : post("/x", "y").substr(0, 30));
  BOOST_TEST(has(ask(get("/y")), "GET /y"));
}

BOOST_FIXTURE_TEST_CASE(a_server_that_ends_closes_all_and_whoever_answers_later_is_not_harmed,
                        fixture) {
  serve();
  auto waiting = std::make_unique<client>(server->port());
  waiting->send(get("/hang"));
  while (asked() == 0)
    std::this_thread::sleep_for(1ms);
  const auto port = server->port();
  server = nullptr;
  unanswered.at(0)(page_answer(200, "late"));
  unanswered.clear();
  BOOST_TEST(waiting->read() == "");
  options.port = port;
  serve(); // The port is free again.
  BOOST_TEST(has(ask(get("/y")), "GET /y"));
}

BOOST_FIXTURE_TEST_CASE(
    a_port_in_use_a_host_that_is_none_and_a_certificate_that_is_none_are_said_at_once, fixture) {
  serve();
  const auto trouble = [](web_server_options wanted) {
    const auto opened = web_server::open(std::move(wanted));
    BOOST_REQUIRE(!opened);
    BOOST_TEST((opened.error() == errc::invalid_settings));
    return error_text(opened.error());
  };
  auto same = options;
  same.port = server->port();
  BOOST_TEST(has(trouble(same),
                 "http.listen: cannot listen on 127.0.0.1 port " + std::to_string(same.port)));
  auto other = options;
  other.host = "alerts.example";
  BOOST_TEST(has(trouble(other), "is no IP address"));
  other.host = "192.0.2.1";
  BOOST_TEST(has(trouble(other), "cannot listen on 192.0.2.1"));
  auto tls = options;
  tls.certificate = "no PEM";
  BOOST_TEST(has(trouble(tls), "http.certificate_file"));
}

BOOST_AUTO_TEST_SUITE_END()
