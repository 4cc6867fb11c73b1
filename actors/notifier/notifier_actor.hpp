#pragma once

/// Takes alerts up, brings them to people over the channels, and escalates what nobody
/// acknowledges.

#include "actors/common/growing_wait.hpp"
#include "actors/common/log_throttle.hpp"
#include "actors/common/trouble_log.hpp"
#include "actors/notifier/alarm_book.hpp"
#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/channel_actor.hpp"
#include "actors/notifier/channel_gate.hpp"
#include "actors/notifier/delivery_plan.hpp"
#include "actors/notifier/digest.hpp"
#include "actors/notifier/escalation.hpp"
#include "actors/storage/notification_store.hpp"
#include "actors/storage/wall_clock.hpp"
#include "messages/interfaces.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>

namespace aepro {

/// Called on the thread that will use what it opens.
using open_notifications = std::function<caf::expected<std::unique_ptr<notification_store>>()>;
/// Returns how to open the channel of these settings.
using make_opener = std::function<open_channel(const channel_settings&)>;

struct notifier_options {
  open_notifications open_store; ///< Empty: the node tells nobody.
  make_opener channel_opener;
  notifier_rules rules;
  link_options links; ///< Of the messages; none: they have none.
  std::string node;   ///< Its name in attempts and leases.
  std::string fallback_role = "safety-desk";
  escalation_options escalation;
  std::chrono::milliseconds age_max{std::chrono::hours{72}};
  std::chrono::milliseconds interval{200};
  std::chrono::milliseconds lease{60'000};
  std::chrono::milliseconds patience{10'000}; ///< For storage's answers.
  std::chrono::milliseconds alarm_after{
      30'000}; ///< A trouble of the node that lasts so long is an alarm.
  std::size_t in_flight_max = 500;
  digest_options digests;
  std::size_t page_max = 1'000; ///< Alerts of a stream that are taken up at a time.
  std::uint64_t seed = 0;       ///< Of the backoff's jitter.
  /// With the notifier before.
  std::shared_ptr<notifier_status> told = std::make_shared<notifier_status>();
  std::function<unix_milliseconds()> node_clock =
      wall_clock;     ///< While the store's cannot be asked.
  bool detach = true; ///< False only on the simulated scheduler: calls block.
};

struct notifier_state {
  static inline const char* name = "aepro.notifier";
  using time_point = std::chrono::steady_clock::time_point;

  notifier_state(notifier_actor::pointer self, storage_actor storage, notifier_options options);
  ~notifier_state();
  notifier_actor::behavior_type make_behavior();

  /// A channel with its actor, and what is said of it.
  struct channel_place {
    explicit channel_place(const channel_settings& settings);

    channel_settings settings;
    channel_gate gate;
    channel_actor actor;                ///< Null until it is needed, and after it was lost.
    std::vector<planned_delivery> next; ///< What goes out with its next batch.
    std::size_t next_messages = 0;
    std::optional<time_point> failing_since,
        failed_at; ///< First and last try since one came through; nothing: it did.
  };

  void look();
  void work(const partition_states& claims);
  void schedule(std::chrono::milliseconds wait);
  caf::error open();
  caf::error take_up(const partition_states& claims, unix_milliseconds now);
  bool was_made(const notification& one);
  void note_withheld(const stream_name& stream, const std::vector<notification>& made);
  caf::error begin_due(unix_milliseconds now);
  planned_delivery plan(const leased_notification& leased, unix_milliseconds now) const;
  caf::expected<std::optional<notification_flood>> find_flood(unix_milliseconds now);
  caf::error begin_flood(const notification_flood& flood, unix_milliseconds now);
  void begin(planned_delivery planned, unix_milliseconds now);
  void put(planned_delivery delivery);
  void put_back(const planned_delivery& delivery, unix_milliseconds until);
  void send_all();
  std::chrono::milliseconds held_for();
  void send(channel_place& place);
  void finish(channel_place& place, const std::vector<planned_delivery>& batch,
              const channel_outcomes& outcomes);
  void lost(channel_place& place, const std::vector<planned_delivery>& batch,
            const caf::error& reason);
  void note(channel_status& status, const channel_outcome& outcome);
  void settle(const planned_delivery& delivery, const channel_outcomes& outcomes, std::size_t first,
              unix_milliseconds now);
  void settle(notification after, std::int64_t lease, std::vector<delivery_attempt> attempts);
  void report(notification after, std::int64_t lease, std::vector<delivery_attempt> attempts);
  caf::error write_reports();
  channel_status& status_of(const std::string& channel);
  void note_failing();
  void failed(std::string_view what, const caf::error& reason);
  void end_drain_when_done(unix_milliseconds now);
  void end_drain_when_over();
  caf::error count_exhausted();
  void note_alarms();
  void note_store(const caf::error& failure);
  caf::error store_alarms(unix_milliseconds now);
  void tell_without_store();
  void note_tried(const notification& after);

  notifier_actor::pointer self;
  storage_actor storage;
  notifier_options options;
  std::unique_ptr<notification_store> store; ///< Opened when needed, and again after a failure.
  std::string store_id;
  std::map<std::string, channel_place> channels;
  std::vector<delivery_report> reports; ///< Not written yet; they count as in flight.
  std::size_t settled = 0; ///< Deliveries that the reports end: a digest is one with many of them.
  std::size_t in_flight = 0; ///< Deliveries begun, and not reported yet.
  bool more_due = false;     ///< The last look found as many as it may begin.
  bool claims_known = false; ///< Storage has answered the last look.
  bool all_taken_up = false; ///< At the last look.
  unix_milliseconds put_back_until =
      0;                   ///< Until when, by the store's clock, what found no room waits.
  time_point next_count{}; ///< Of those that are exhausted.
  growing_wait pause;      ///< Of looks, while the store fails.
  system_alarms troubles;  ///< Of the node, as the supervisor sees them.
  alarm_book alarms;
  std::vector<notification_mute> known_mutes; ///< As the store said last.
  std::deque<notification>
      untold; ///< Alarms that are not in the store yet; bounded by the rules there are.
  std::optional<time_point> store_away_since; ///< Nothing: it answered the last time.
  std::string store_trouble;
  caf::disposable next_look; ///< One at a time, however often it is wanted sooner.
  std::optional<time_point> drain_deadline;
  caf::typed_response_promise<notifier_status> drained;
  std::minstd_rand random;
  log_throttle throttle;
  trouble_log trouble{"notifier",
                      "not-told",
                      "alerts wait in the store",
                      {errc::store_broken, errc::invalid_settings}};
};

using notifier_impl = notifier_actor::stateful_impl<notifier_state>;

} // namespace aepro
