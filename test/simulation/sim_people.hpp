#pragma once

/// Whom a run tells: the store's notifications and two channels, behind faults, and the model that
/// checks each message. Every record that is rejected raises an alert.

#include "../support/scripted_notifications.hpp"
#include "actors/notifier/notifier_actor.hpp"
#include "fault_switch.hpp"
#include "sim_store.hpp"

#include <map>
#include <set>
#include <tuple>

namespace aepro::simulation {

class sim_people {
public:
  sim_people(draw& random, trace& log, const fault_profile& profile, const sim_broker& broker,
             sim_database& database);

  /// Options of a node's notifier, which must not outlive this.
  notifier_options options_for(const std::string& node);

  /// Notifications are in the store: a stand-in lacks what has moved since lag().
  void lag() { stand_in_ = tables_; }
  void fail_over();
  void heal() { fires.heal(); }

  /// Returns of which alert nobody was told; empty: of all somebody was.
  std::string who_is_missing();
  std::uint64_t told() const { return told_; }

private:
  friend class sim_notifications;
  friend class sim_channel;

  /// A step of an alert over a channel to somebody: what a message is of.
  using aim = std::tuple<std::string, std::string, std::string, std::string>;

  /// As the store has them now.
  void read_alerts(const stream_name& stream);
  void arrive(const std::string& channel, const channel_message& message);
  void arrive(const aim& own, const std::string& key);

  draw& random_;
  trace& log_;
  const fault_profile& profile_;
  const sim_broker& broker_;
  sim_database& database_;
  fault_switch fires{random_, log_};
  test::scripted_notifications tables_, stand_in_;
  std::set<std::string> born_;      ///< Keys of alerts whose records the store has ever had.
  std::map<aim, std::string> keys_; ///< Of the messages that have arrived.
  std::map<std::string, aim> aims_; ///< The other way round.
  std::set<std::string> reached_;   ///< Keys of alerts that somebody was told of.
  std::uint64_t told_ = 0;
};

} // namespace aepro::simulation
