#include "messages/rejection_name.hpp"

namespace aepro {

std::string_view rejection_name(rejection reason) {
  switch (reason) {
    case rejection::none: return "";
    case rejection::undecodable: return "undecodable";
    case rejection::empty_value: return "empty_value";
    case rejection::unknown_content_type: return "unknown_content_type";
    case rejection::body_missing: return "body_missing";
    case rejection::too_large: return "too_large";
    case rejection::event_id_missing: return "event_id_missing";
    case rejection::study_missing: return "study_missing";
    case rejection::subject_missing: return "subject_missing";
    case rejection::term_missing: return "term_missing";
    case rejection::instrument_missing: return "instrument_missing";
    case rejection::too_many_answers: return "too_many_answers";
    case rejection::unknown_subject: return "unknown_subject";
    case rejection::unknown_study: return "unknown_study";
    case rejection::processing_failed: return "processing_failed";
  }
  return "unknown";
}

} // namespace aepro
