#pragma once

/// Compares the scores of stored forms with those of the subject's others, and tells people of
/// changes.

#include "actors/common/growing_wait.hpp"
#include "actors/common/trouble_log.hpp"
#include "actors/review/review_alert.hpp"
#include "actors/review/review_plan.hpp"
#include "actors/storage/review_store.hpp"
#include "messages/interfaces.hpp"

#include <functional>
#include <memory>
#include <set>

namespace aepro {

/// Called on the thread that will use what it opens.
using open_reviews = std::function<caf::expected<std::unique_ptr<review_store>>()>;

struct review_options {
  open_reviews open_store;  ///< Empty: the node compares no forms.
  review_rules changes;     ///< What is looked for.
  review_audience audience; ///< Who is told; the store's id is found out.
  form_page_limits page;
  std::chrono::milliseconds interval{1'000};
  std::chrono::milliseconds rest{0}; ///< Between two looks that have more: others want to write.
  std::chrono::milliseconds patience{10'000}; ///< For storage's answers.
  /// With the actor before.
  std::shared_ptr<review_status> done = std::make_shared<review_status>();
  bool detach = true; ///< False only on the simulated scheduler: calls block.
};

struct review_actor_state {
  static inline const char* name = "aepro.review";

  review_actor_state(review_actor::pointer self, storage_actor storage, review_options options);
  review_actor::behavior_type make_behavior();

  void look();
  void work(const partition_states& claims);
  void schedule(std::chrono::milliseconds wait);
  caf::error open();
  caf::error take_up(const partition_states& claims);
  caf::error note_broken(const stream_claim& claim, caf::error reason, std::size_t claims);
  caf::error take_up(const stream_claim& claim, const std::vector<notification_mute>& mutes,
                     unix_milliseconds now, std::uint64_t& behind);
  void failed(std::string_view what, const caf::error& reason);

  review_actor::pointer self;
  storage_actor storage;
  review_options options;
  std::unique_ptr<review_store> store; ///< Opened when needed, and again after a failure.
  bool more = false;                   ///< The last look has left something.
  std::set<stream_name> broken;        ///< Streams left out until a look has nothing more.
  growing_wait pause;                  ///< Of looks, while the store fails.
  caf::disposable next_look;           ///< One at a time, however often it is wanted sooner.
  trouble_log trouble{"review",
                      "not-compared",
                      "forms wait in the store",
                      {errc::store_broken, errc::invalid_settings}};
};

using review_impl = review_actor::stateful_impl<review_actor_state>;

} // namespace aepro
