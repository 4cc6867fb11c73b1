#pragma once

/// Takes acknowledgements: shows alerts to whoever has a link, writes who acknowledges, and reads
/// the topic of systems'.

#include "actors/acknowledge/acknowledgement_source.hpp"
#include "actors/acknowledge/alert_link.hpp"
#include "actors/acknowledge/minute_gate.hpp"
#include "actors/acknowledge/web_desk.hpp"
#include "actors/common/growing_wait.hpp"
#include "actors/common/log_throttle.hpp"
#include "actors/common/trouble_log.hpp"
#include "actors/storage/notification_store.hpp"
#include "messages/interfaces.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace aepro {

/// Where questions find the actor, whichever runs at the time. May be used by any thread.
class acknowledge_place {
public:
  /// From now on questions go to this one.
  void take(const caf::actor_addr& actor);

  /// Returns false where none runs: the question is dropped.
  bool ask(web_question_ptr question) const;

private:
  mutable std::mutex mutex_;
  caf::actor_addr actor_; ///< Only the address: a handle would keep the actor system from ending.
};

struct acknowledge_options {
  /// Called on the thread that will use what it opens. Empty: the node takes no acknowledgements.
  std::function<caf::expected<std::unique_ptr<notification_store>>()> open_store;
  std::function<caf::expected<std::unique_ptr<acknowledgement_source>>()>
      open_source; ///< Empty: there is no topic.
  link_options links;
  notifier_rules rules; ///< Their texts say what a page may show; their recipients have keys.
  std::string fallback_role = "safety-desk";
  std::size_t per_minute_max = 60;  ///< Of one link, and of one address' wrong links.
  std::size_t counted_max = 10'000; ///< Links, and addresses, that are counted at a time.
  std::size_t records_max = 50;     ///< Of the topic at a time: links wait for no more.
  std::size_t searched_max =
      1'000; ///< Alerts, newest first, among whose messages a key is looked for.
  std::chrono::milliseconds interval{200};
  std::shared_ptr<acknowledge_place> place = std::make_shared<acknowledge_place>();
  std::shared_ptr<acknowledge_status> done =
      std::make_shared<acknowledge_status>(); ///< With the actor before.
  bool detach = true; ///< False only on the simulated scheduler: the store's calls block.
};

struct acknowledge_state {
  static inline const char* name = "aepro.acknowledge";

  acknowledge_state(acknowledge_actor::pointer self, acknowledge_options options);
  acknowledge_actor::behavior_type make_behavior();

  void answer(const web_question& question);
  web_answer serve(const web_request& request);
  web_answer turn_away_wrong_link(const std::string& address);
  caf::expected<web_answer> serve(const wanted_alert& wanted);
  caf::expected<notification> acknowledge(const notification& found, const operator_action& action);
  void look();
  void schedule(std::chrono::milliseconds wait);
  caf::error take_records();
  caf::error settle(const acknowledgement_record& record);
  void skip(const acknowledgement_record& record, std::string_view why);
  caf::expected<std::optional<notification>> find(std::int64_t id, const std::string& key);
  caf::expected<std::optional<std::int64_t>> find_message(const std::string& key);
  caf::expected<std::optional<notification>> first_of(const notification_filter& filter);
  caf::error open();
  void failed(std::string_view what, const caf::error& reason);

  acknowledge_actor::pointer self;
  acknowledge_options options;
  std::unique_ptr<notification_store> store; ///< Opened when needed, and again after a failure.
  std::unique_ptr<acknowledgement_source> source; ///< Opened with the first look.
  std::deque<acknowledgement_record> pending;     ///< Read from the topic, and not dealt with yet.
  /// Keys of messages, of the alerts as the present look has read them; nothing: not read yet.
  std::optional<std::map<std::string, std::int64_t>> message_keys;
  minute_gate links_gate, wrong_gate;
  growing_wait pause; ///< Of looks, while the topic fails.
  caf::disposable next_look;
  log_throttle throttle;
  trouble_log trouble{"acknowledge", "failed", "links work again with the store", {}};
};

using acknowledge_impl = acknowledge_actor::stateful_impl<acknowledge_state>;

} // namespace aepro
