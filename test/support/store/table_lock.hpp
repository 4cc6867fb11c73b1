#pragma once

/// A session that keeps tables from others.

#include "actors/storage/postgres_connection.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace aepro::test {

class table_lock {
public:
  /// Returns when `table` (several, with commas) is locked; by default nobody else can read it.
  table_lock(const std::string& url, const std::string& table,
             const std::string& mode = "ACCESS EXCLUSIVE") {
    store_options options;
    options.url = url;
    holder_ = value_of(postgres_connection::open(options));
    holder_->set_deadline(far_away());
    value_of(holder_->run("SET application_name = 'holder'; BEGIN; LOCK TABLE " + table + " IN " +
                          mode + " MODE"));
  }
  void release() { value_of(holder_->run("COMMIT")); }

private:
  std::unique_ptr<postgres_connection> holder_;
};

/// Waits until somebody waits for a lock.
inline void wait_for_a_waiter(const std::string& url) {
  while (run_sql(url, "SELECT count(*) FROM pg_locks WHERE NOT granted") == "0")
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

} // namespace aepro::test
