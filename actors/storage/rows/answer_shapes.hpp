#pragma once

/// Forms of one instrument have the same questions: what follows from the questions alone is made
/// once.

#include "messages/event_view.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// What a list of link ids, in the order in which a form has them, becomes.
struct answer_shape {
  std::vector<std::string> questions; ///< The link ids as they came.
  std::vector<std::uint32_t>
      order;            ///< Indexes of the answers, sorted by link id, equal ones as they came.
  std::string link_ids; ///< JSON array of the link ids in that order, as stored.
};

/// Used by one thread.
class answer_shapes {
public:
  /// Shapes remembered; one more takes the place of the oldest. Longer forms are made anew each
  /// time, so that a few huge ones cannot hold memory.
  static constexpr std::size_t shapes_max = 16;
  static constexpr std::size_t questions_max = 200;

  /// Returns the shape of a form's answers (at least one), valid until the next call.
  const answer_shape& find(std::span<const answer_view> answers);

private:
  std::vector<answer_shape> shapes_;
  answer_shape long_shape_;
  std::size_t oldest_ = 0;
};

} // namespace aepro
