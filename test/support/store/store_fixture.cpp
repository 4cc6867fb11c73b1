#include "test/support/store/store_fixture.hpp"

#include "actors/validation/decide_options_text.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace aepro::test {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char letter : text)
    out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return out + "'";
}

const std::string& server_script() {
  static const std::string path = AEPRO_SOURCE_DIR "/scripts/test-postgres";
  return path;
}

/// Stops at the end of the process.
struct postgres_server {
  temporary_folder folder;
  std::string url = output_of(quoted(server_script()) + " start " +
                              quoted((folder.path() / "postgres").string()) + " fsync=off");
  ~postgres_server() {
    // An exception here would hide the tests' result; the folder goes with temporary_folder.
    if (std::system(
            (quoted(server_script()) + " stop " + quoted((folder.path() / "postgres").string()))
                .c_str()) != 0)
      std::fputs("could not stop the test's PostgreSQL\n", stderr);
  }
};

std::string new_postgres_database() {
  static std::atomic<int> count{0};
  const auto name = fmt::format("test_{}", ++count);
  const auto server = postgres_server_url();
  run_sql(server, "CREATE DATABASE " + name);
  return server.substr(0, server.rfind('/') + 1) + name;
}

} // namespace

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> buffer;
  for (std::size_t count; (count = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), count);
  if (pclose(pipe) != 0)
    throw std::runtime_error("failed: " + command);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

std::string foreign_database_url(const store_under_test& store, const std::string& statement) {
  auto url = store.url();
  if (url.starts_with("sqlite:"))
    url += ".other";
  else
    run_sql(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  run_sql(url, statement);
  return url;
}

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "aepro-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("cannot make a temporary folder");
  path_ = pattern;
  std::filesystem::permissions(path_, std::filesystem::perms(0755));
}

temporary_folder::~temporary_folder() {
  std::error_code ignored; // What is left is in the temporary folder.
  std::filesystem::remove_all(path_, ignored);
}

std::ostream& operator<<(std::ostream& out, store_kind kind) {
  switch (kind) {
    case store_kind::memory: return out << "memory";
    case store_kind::sqlite: return out << "sqlite";
    case store_kind::postgres: return out << "postgres";
  }
  return out;
}

std::string postgres_server_url() {
  static const postgres_server server;
  return server.url;
}

std::string run_sql(const std::string& url, const std::string& statement) {
  if (url.starts_with("sqlite:"))
    return output_of("sqlite3 -bail " + quoted(url.substr(7)) + " " + quoted(statement));
  return output_of("psql -qAtX -v ON_ERROR_STOP=1 " + quoted(url) + " -c " + quoted(statement));
}

store_under_test::store_under_test(store_kind kind) {
  switch (kind) {
    case store_kind::memory: url_ = "memory:"; break;
    case store_kind::sqlite: url_ = "sqlite:" + (folder_.path() / "store.sqlite").string(); break;
    case store_kind::postgres: url_ = new_postgres_database(); break;
  }
  store_options options;
  options.url = url_;
  options.decide_options = decide_options_text({}); // As every node's segments name theirs.
  database_ = value_of(make_store(options));
  if (const auto migrated = database_->migrate(); !migrated)
    BOOST_FAIL("migrate: " + to_string(migrated.error()));
}

store_under_test::~store_under_test() = default;

std::unique_ptr<event_store> store_under_test::connect() {
  return value_of(database_->connect());
}

} // namespace aepro::test
