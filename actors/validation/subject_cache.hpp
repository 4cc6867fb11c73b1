#pragma once

/// Bounded cache of subjects' reference data: what was not used lately goes first, nothing outlives
/// its age.

#include "messages/decision.hpp"

#include <chrono>
#include <list>
#include <unordered_map>

namespace aepro {

struct subject_cache_options {
  std::size_t entries_max = 100'000;
  /// How long another node's change may go unseen; changes stored by this node are seen at once.
  std::chrono::milliseconds age_max{30'000};
  std::chrono::milliseconds negative_age_max{2'000};
};

/// Pure; time comes in.
class subject_cache {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit subject_cache(subject_cache_options options) : options_(options) {}

  /// Returns the entry, or null when there is none that is young enough.
  subject_context_ptr find(const subject_key& key, time_point now);

  /// Keeps `context` (also a negative entry), dropping others beyond entries_max.
  void put(const subject_key& key, subject_context_ptr context, time_point now);

  void erase(const subject_key& key);

  std::size_t size() const { return entries_.size(); }

private:
  struct hash {
    std::size_t operator()(const subject_key& key) const;
  };
  struct entry {
    subject_context_ptr context;
    time_point expires;
    bool used = false; ///< Since the hand passed by last.
    std::list<const subject_key*>::iterator place;
  };
  using entry_map = std::unordered_map<subject_key, entry, hash>;

  void erase(entry_map::iterator found);
  void make_room();

  subject_cache_options options_;
  entry_map entries_;
  /// The clock of the CLOCK algorithm (Corbato, 1968): a hit only sets a mark, where a list in
  /// order of use would move. Keys belong to `entries_`, whose elements stay where they are.
  std::list<const subject_key*> clock_;
};

} // namespace aepro
