#pragma once

/// What sites publish in a run: reports, forms and subjects, resent, changed and damaged.

#include "sim_store.hpp"

namespace aepro::simulation {

class workload {
public:
  workload(draw& random, const fault_profile& profile);

  const std::vector<stream_name>& streams() const { return streams_; }
  bool is_done() const { return left_ == 0; }
  std::size_t records() const { return records_; }

  /// Publishes the next record or burst, and tells the model what has to become of each.
  void publish(sim_broker& broker, commit_model& model);

  static inline const std::string reports = "aepro.adverse-events";
  static inline const std::string forms = "aepro.questionnaire-responses";
  static inline const std::string subjects = "aepro.subjects";

private:
  struct made {
    stream_name stream;
    std::string value;
    expected_record expected;
  };

  void publish_one(sim_broker& broker, commit_model& model);
  made make(time_point now);
  /// What identifies an event that may be sent again.
  struct sent_event {
    std::string topic;
    std::size_t number = 0;
    unix_milliseconds deadline = 0;
  };

  made make_event(const sent_event& event, const std::string& content);
  stream_name stream_of(const std::string& topic);

  draw& random_;
  const fault_profile& profile_;
  std::vector<stream_name> streams_;
  std::vector<sent_event> sent_;
  std::size_t records_, left_, number_ = 0;
  std::size_t reports_of_ten_; ///< Few in some runs, which publish in bursts: there the others are
                               ///< held back for them.
  std::size_t burst_;
};

} // namespace aepro::simulation
