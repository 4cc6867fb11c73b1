#pragma once

/// Processing that throws on the records whose event id contains a word.

#include "actors/validation/guarded_decider.hpp"

#include <stdexcept>
#include <string>

namespace aepro::test {

inline decide_steps poison_in_prepare(std::string word = "poison") {
  decide_steps steps;
  steps.prepare = [word](std::shared_ptr<record_batch> raw, const decide_options& options) {
    for (const auto& record : raw->records)
      if (record.value && record.value->find(word) != std::string_view::npos)
        throw std::length_error("planned");
    return prepare(std::move(raw), options);
  };
  return steps;
}

/// Throws when some of the batch has been decided already.
inline decide_steps poison_in_finish(std::string word = "poison") {
  decide_steps steps;
  steps.finish = [word](pending_batch pending, std::span<const subject_context_ptr> contexts,
                        const decide_options& options) {
    auto decided = finish(std::move(pending), contexts, options);
    for (const auto& record : decided->records)
      if (record.event.event_id.find(word) != std::string_view::npos)
        throw std::out_of_range("planned");
    return decided;
  };
  return steps;
}

} // namespace aepro::test
