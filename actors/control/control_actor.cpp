#include "actors/control/control_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/control/control_text.hpp"
#include "messages/error_text.hpp"

namespace aepro {

namespace {

using nlohmann::ordered_json;

std::string no_answer(const caf::error& reason) {
  return outcome_line(
      {false, "the node does not answer, it may be stopping: " + error_text(reason)});
}

} // namespace

control_state::control_state(control_actor::pointer self, supervisor_actor supervisor,
                             node_identity identity, std::chrono::milliseconds patience)
    : self(self), supervisor(std::move(supervisor)), identity(std::move(identity)),
      patience(patience) {
}

void control_state::ask_status(const control_question_ptr& question) {
  self->request(supervisor, patience, inspect_atom_v)
      .then(
          [this, question](const node_status& status) {
            auto report = node_report(identity, status);
            report["ok"] = true;
            question->answer(report.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
          },
          [question](const caf::error& reason) { question->answer(no_answer(reason)); });
}

void control_state::tell(const control_question_ptr& question) {
  self->request(supervisor, patience, question->command)
      .then([question](const control_outcome& outcome) { question->answer(outcome_line(outcome)); },
            [question](const caf::error& reason) { question->answer(no_answer(reason)); });
}

control_actor::behavior_type control_state::make_behavior() {
  hide_exceptions(self);
  return {
      [this](const control_question_ptr& question) {
        if (question->command.verb == control_verb::status)
          ask_status(question);
        else
          tell(question);
      },
  };
}

} // namespace aepro
