#pragma once

/// Starts and stops regulatory clocks as the versions of reports say, and tells people in time.

#include "actors/clocks/clock_alert.hpp"
#include "actors/clocks/clock_plan.hpp"
#include "actors/common/growing_wait.hpp"
#include "actors/common/trouble_log.hpp"
#include "actors/storage/clock_store.hpp"
#include "messages/interfaces.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace aepro {

/// Called on the thread that will use what it opens.
using open_clocks = std::function<caf::expected<std::unique_ptr<clock_store>>()>;

struct clock_options {
  open_clocks open_store;  ///< Empty: the node keeps no clocks.
  clock_planning planning; ///< The store's id is found out.
  notifier_rules rules;    ///< Without channels nobody is told, and nothing counts as told.
  std::chrono::milliseconds interval{1'000};
  std::chrono::milliseconds patience{10'000}; ///< For storage's answers.
  std::size_t page_max = 100; ///< Versions of a stream that are taken up in one transaction.
  std::size_t tell_max = 500; ///< Clocks of which people are told at a time.
  std::size_t case_versions_max = 1'000;
  /// With the actor before.
  std::shared_ptr<clock_status> done = std::make_shared<clock_status>();
  bool detach = true; ///< False only on the simulated scheduler: calls block.
};

struct clock_actor_state {
  static inline const char* name = "aepro.clocks";

  clock_actor_state(clock_actor::pointer self, storage_actor storage, clock_options options);
  clock_actor::behavior_type make_behavior();

  void look();
  void work(const partition_states& claims);
  void schedule(std::chrono::milliseconds wait);
  caf::error open();
  caf::error take_up(const partition_states& claims, unix_milliseconds now);
  caf::error take_up(const stream_claim& claim, unix_milliseconds now);
  caf::error tell_due(unix_milliseconds now);
  caf::error count(unix_milliseconds now);
  void failed(std::string_view what, const caf::error& reason);

  clock_actor::pointer self;
  storage_actor storage;
  clock_options options;
  std::unique_ptr<clock_store> store; ///< Opened when needed, and again after a failure.
  bool more = false;                  ///< The last look has left something.
  growing_wait pause;                 ///< Of looks, while the store fails.
  std::optional<std::chrono::steady_clock::time_point> next_count;
  caf::disposable next_look; ///< One at a time, however often it is wanted sooner.
  trouble_log trouble{"clocks",
                      "not-kept",
                      "clocks wait in the store",
                      {errc::store_broken, errc::invalid_settings}};
};

using clock_impl = clock_actor::stateful_impl<clock_actor_state>;

} // namespace aepro
