#include "actors/control/socket_client.hpp"
#include "actors/control/socket_server.hpp"
#include "messages/error_text.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <mutex>
#include <thread>
#include <unistd.h>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(socket_server_contract)

namespace {

/// A folder for sockets; a server that echoes, or says nothing to "hang".
struct fixture {
  fixture() {
    auto name = (std::filesystem::temp_directory_path() / "aepro-test-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    options.path = folder / "node.sock";
    options.uid = geteuid();
  }
  ~fixture() { std::filesystem::remove_all(folder); }

  void serve() {
    auto opened = socket_server::open(options);
    if (!opened)
      BOOST_FAIL(error_text(opened.error()));
    server = std::move(*opened);
    server->serve([this](const std::string& line, std::uint32_t uid, control_answer answer) {
      if (line == "hang") {
        const std::lock_guard lock{mutex};
        unanswered = std::move(answer);
        return;
      }
      std::thread([line, uid, answer = std::move(answer)] {
        answer(line + " of " + std::to_string(uid));
        answer("a second answer");
      }).join();
    });
  }

  control_reply ask(const std::string& line) { return ask_node(options.path, line, 5s); }
  bool says(const std::string& line, const std::string& part) {
    return ask(line).text.find(part) != std::string::npos;
  }

  /// Returns a connected client that says nothing.
  int connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    options.path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto made = ::socket(AF_UNIX, SOCK_STREAM, 0);
    BOOST_REQUIRE(::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return made;
  }

  static std::string read_all(int client) {
    std::string text;
    char part[512];
    for (ssize_t size = 0; (size = ::read(client, part, sizeof part)) > 0;)
      text.append(part, static_cast<std::size_t>(size));
    return text;
  }

  std::filesystem::path folder;
  socket_options options;
  std::mutex mutex;
  control_answer unanswered;
  std::unique_ptr<socket_server> server;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_request_is_answered_to_whom_the_kernel_says_it_is, fixture) {
  serve();
  const auto reply = ask("hello");
  BOOST_TEST((reply.reach == control_reach::answered));
  BOOST_TEST(reply.text == "hello of " + std::to_string(geteuid()));
}

BOOST_FIXTURE_TEST_CASE(a_client_may_ask_again_and_gets_one_answer_each, fixture) {
  serve();
  const auto client = connect();
  std::string text;
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(::write(client, "one\n", 4) == 4);
    char part[512];
    const auto size = ::read(client, part, sizeof part);
    text.append(part, static_cast<std::size_t>(size));
  }
  const auto answer = "one of " + std::to_string(geteuid()) + "\n";
  BOOST_TEST(text == answer + answer + answer);
  ::close(client);
}

BOOST_FIXTURE_TEST_CASE(only_its_user_can_reach_the_socket, fixture) {
  options.path = folder / "made" / "node.sock";
  options.own_folder = true;
  serve();
  struct stat found {};
  BOOST_REQUIRE(::stat(options.path.c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777) == 0600U);
  BOOST_REQUIRE(::stat((folder / "made").c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777) == 0700U);
}

BOOST_FIXTURE_TEST_CASE(a_peer_of_another_uid_is_refused, fixture) {
  options.uid = geteuid() + 1;
  serve();
  BOOST_TEST(says("hello", "may not ask a node of uid"));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_others_may_enter_is_refused_where_it_must_be_our_own,
                        fixture) {
  options.own_folder = true;
  ::chmod(folder.c_str(), 0755);
  const auto opened = socket_server::open(options);
  BOOST_REQUIRE(!opened);
  BOOST_TEST((opened.error() == errc::invalid_settings));
  BOOST_TEST(error_text(opened.error()).find("must be this user's alone") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(what_a_dead_node_left_is_replaced_and_a_living_one_is_named, fixture) {
  serve();
  const auto second = socket_server::open(options);
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error() == errc::fenced));
  BOOST_TEST(error_text(second.error()).find("process " + std::to_string(getpid())) !=
             std::string::npos);
  BOOST_TEST(says("still", "still of"));
  server.reset();
  BOOST_TEST(!std::filesystem::exists(options.path));
  const auto left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  options.path.copy(address.sun_path, sizeof address.sun_path - 1);
  BOOST_REQUIRE(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  ::close(left);
  BOOST_TEST(std::filesystem::exists(options.path));
  BOOST_TEST((ask("hello").reach == control_reach::nobody));
  serve();
  BOOST_TEST(says("hello", "hello of"));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_no_socket_is_left_alone, fixture) {
  std::filesystem::create_directory(options.path);
  const auto opened = socket_server::open(options);
  BOOST_REQUIRE(!opened);
  BOOST_TEST(error_text(opened.error()).find("something else is there") != std::string::npos);
  BOOST_TEST(std::filesystem::is_directory(options.path));
}

BOOST_FIXTURE_TEST_CASE(a_request_that_is_too_long_is_refused_and_one_of_the_limit_is_not,
                        fixture) {
  options.request_bytes_max = 100;
  serve();
  BOOST_TEST(says(std::string(99, 'x'), "x of"));
  BOOST_TEST(says(std::string(100, 'x'), "at most 100 bytes"));
  BOOST_TEST(says(std::string(100'000, 'x'), "at most 100 bytes"));
}

BOOST_FIXTURE_TEST_CASE(more_clients_than_the_limit_are_sent_away_until_one_goes, fixture) {
  options.clients_max = 2;
  serve();
  const int clients[]{connect(), connect()};
  BOOST_TEST(says("hello", "2 clients are being served"));
  ::close(clients[0]);
  bool answered = false;
  for (int i = 0; i < 100 && !answered; ++i) {
    std::this_thread::sleep_for(10ms); // Until the server has seen it go.
    answered = says("hello", "hello of");
  }
  BOOST_TEST(answered);
  ::close(clients[1]);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_says_nothing_is_sent_away, fixture) {
  options.request_max = 50ms;
  serve();
  const auto client = connect();
  BOOST_TEST(read_all(client).find("no request within 50 ms") != std::string::npos);
  ::close(client);
}

BOOST_FIXTURE_TEST_CASE(a_request_without_an_answer_ends_and_an_answer_that_comes_later_is_dropped,
                        fixture) {
  options.answer_max = 50ms;
  serve();
  BOOST_TEST(says("hang", "the node does not answer"));
  {
    const std::lock_guard lock{mutex};
    BOOST_REQUIRE(unanswered);
    unanswered("too late");
  }
  BOOST_TEST(says("hello", "hello of"));
  server.reset();
  unanswered("much too late");
}

BOOST_FIXTURE_TEST_CASE(where_nobody_listens_nobody_is_found, fixture) {
  BOOST_TEST((ask("hello").reach == control_reach::nobody));
}

BOOST_AUTO_TEST_SUITE_END()
