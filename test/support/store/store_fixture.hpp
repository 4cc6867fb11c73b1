#pragma once

/// Stores under test: an empty database of each kind.

#include "actors/storage/make_store.hpp"
#include "messages/type_ids.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

namespace aepro::test {

/// Returns what was expected, or fails the test with the error's text.
template <class T>
T value_of(caf::expected<T> expected) {
  if (!expected)
    BOOST_FAIL(to_string(expected.error()));
  return std::move(*expected);
}

/// A folder of its own under the system's temporary folder, removed at the end.
class temporary_folder {
public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

enum class store_kind { memory, sqlite, postgres };
std::ostream& operator<<(std::ostream& out, store_kind kind);

/// An empty, migrated database of one kind. PostgreSQL's server is started once per process and
/// each fixture gets a database of its own in it.
class store_under_test {
public:
  explicit store_under_test(store_kind kind);
  ~store_under_test();

  std::unique_ptr<event_store> connect();
  store_database& database() { return *database_; }
  const std::string& url() const { return url_; }

private:
  temporary_folder folder_;
  std::string url_;
  std::unique_ptr<store_database> database_;
};

/// Returns the URL of the test run's PostgreSQL server, starting it at the first call.
std::string postgres_server_url();

/// Returns the URL of a database of somebody else's: without aepro's schema, and with what
/// `statement` makes. On SQLite a file beside the store's; on PostgreSQL the store's own database,
/// whose schema goes.
std::string foreign_database_url(const store_under_test& store, const std::string& statement);

/// Runs one SQL statement in a PostgreSQL database through psql or in a SQLite file through
/// sqlite3, as somebody would who changes the store behind our back. Returns its output.
std::string run_sql(const std::string& url, const std::string& statement);

/// Runs a command in the shell; returns its output. Throws std::runtime_error where it fails.
std::string output_of(const std::string& command);

} // namespace aepro::test
