#pragma once

/// A fault at the n-th step of whatever goes through a store, for tests that count n up.

#include "actors/validation/decide_options_text.hpp"
#include "test/support/store/failing_vfs.hpp"
#include "test/support/store/postgres_proxy.hpp"
#include "test/support/store/store_fixture.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace aepro::test {

inline constexpr int tries_max = 10;    ///< A caller that needs more never comes to an end.
inline constexpr int failures_seen = 3; ///< What fails until it is healed is healed after so many.

struct nth_fault {
  std::function<void(std::uint64_t n)> plan;
  std::function<bool()> heal; ///< Ends it, and says whether it came.
};

/// Calls `run` with a PostgreSQL store's database, reached through a proxy that breaks connections.
inline void
run_with_cuts(store_under_test& store, cut_direction direction, cut_times times,
              const std::function<void(store_database& database, const nth_fault& fault)>& run) {
  postgres_proxy proxy(store.url());
  store_options options;
  options.url = proxy.url();
  options.decide_options = decide_options_text({});
  const auto database = value_of(make_store(options));
  run(*database,
      {[&](std::uint64_t n) { proxy.cut_at(n, direction, times); }, [&] { return proxy.heal(); }});
}

/// SQLite stores that are made from here on go through files that can fail.
inline nth_fault failing_files(file_fault fault, fault_times times) {
  heal_files();
  fail_file_call(0, fault, times);
  return {[fault, times](std::uint64_t n) { fail_file_call(n, fault, times); },
          [] { return heal_files(); }};
}

} // namespace aepro::test
