#include "actors/common/hidden_exception_actor.hpp"

#include "../support/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <stdexcept>
#include <unistd.h>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(hidden_exceptions)

namespace {

/// What is written to stdout until it is asked for.
class captured_stdout {
public:
  captured_stdout() : file_(std::tmpfile()), before_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    dup2(fileno(file_), STDOUT_FILENO);
  }
  ~captured_stdout() { std::fclose(file_); }
  captured_stdout(const captured_stdout&) = delete;
  captured_stdout& operator=(const captured_stdout&) = delete;

  std::string text() {
    std::fflush(stdout);
    dup2(before_, STDOUT_FILENO);
    close(before_);
    std::string read(4'096, ' ');
    std::rewind(file_);
    read.resize(std::fread(read.data(), 1, read.size(), file_));
    return read;
  }

private:
  std::FILE* file_;
  int before_;
};

/// Returns why an actor ended whose handler threw, and what stdout said of it.
template <class Thrown>
std::pair<std::string, std::string> end_of_one_that_throws(Thrown thrown) {
  actor_fixture fixture;
  const auto actor = fixture.system.spawn([thrown](caf::event_based_actor* self) -> caf::behavior {
    hide_exceptions(self);
    return {[thrown](int) { throw thrown; }};
  });
  fixture.self->monitor(actor);
  captured_stdout out;
  caf::anon_send(actor, 1);
  fixture.scheduler.run();
  std::string reason;
  fixture.self->receive(
      [&reason](const caf::down_msg& down) { reason = caf::to_string(down.reason); },
      caf::after(std::chrono::seconds{0}) >> [] {});
  return {reason, out.text()};
}

} // namespace

BOOST_AUTO_TEST_CASE(an_exception_ends_its_actor_by_its_type_and_what_it_says_is_told_nowhere) {
  const auto [reason, out] = end_of_one_that_throws(std::runtime_error("subject 01-701-1015"));
  BOOST_TEST(reason.find("std::runtime_error") != std::string::npos, reason);
  BOOST_TEST(reason.find("01-701-1015") == std::string::npos, reason);
  BOOST_TEST(out == "");
}

BOOST_AUTO_TEST_CASE(a_broken_invariant_is_named) {
  const auto [reason, out] =
      end_of_one_that_throws(broken_invariant("more was given back than taken"));
  BOOST_TEST(reason.find("broken invariant: more was given back than taken") != std::string::npos,
             reason);
  BOOST_TEST(out == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_exception_ends_its_actor_as_well) {
  const auto [reason, out] = end_of_one_that_throws(42);
  BOOST_TEST(reason.find("of a kind unknown") != std::string::npos, reason);
  BOOST_TEST(out == "");
}

BOOST_AUTO_TEST_SUITE_END()
