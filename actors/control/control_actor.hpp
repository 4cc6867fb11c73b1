#pragma once

/// Carries questions from the control socket's thread to the supervisor, and the answers back.

#include "actors/control/node_report.hpp"
#include "messages/interfaces.hpp"

namespace aepro {

struct control_state {
  static inline const char* name = "aepro.control";

  control_state(control_actor::pointer self, supervisor_actor supervisor, node_identity identity,
                std::chrono::milliseconds patience);
  control_actor::behavior_type make_behavior();

  void ask_status(const control_question_ptr& question);
  void tell(const control_question_ptr& question);

  control_actor::pointer self;
  supervisor_actor supervisor;
  node_identity identity;
  std::chrono::milliseconds patience; ///< For the supervisor's answer.
};

using control_impl = control_actor::stateful_impl<control_state>;

} // namespace aepro
