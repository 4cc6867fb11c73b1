#include "actors/validation/subject_cache.hpp"

namespace aepro {

std::size_t subject_cache::hash::operator()(const subject_key& key) const {
  const std::hash<std::string> of_text;
  return of_text(key.subject) * 31 + of_text(key.study);
}

subject_context_ptr subject_cache::find(const subject_key& key, time_point now) {
  const auto found = entries_.find(key);
  if (found == entries_.end())
    return nullptr;
  if (found->second.expires <= now) {
    erase(found);
    return nullptr;
  }
  found->second.used = true;
  return found->second.context;
}

void subject_cache::put(const subject_key& key, subject_context_ptr context, time_point now) {
  erase(key);
  const auto age = context->known ? options_.age_max : options_.negative_age_max;
  if (entries_.size() >= options_.entries_max)
    make_room();
  const auto added = entries_.emplace(key, entry{std::move(context), now + age, false, {}}).first;
  added->second.place = clock_.insert(clock_.end(), &added->first);
}

/// Takes out the first entry, in order of age, that was not used since it was looked at last.
void subject_cache::make_room() {
  while (!clock_.empty()) {
    const auto oldest = entries_.find(*clock_.front());
    if (!oldest->second.used) {
      erase(oldest);
      return;
    }
    oldest->second.used = false;
    clock_.splice(clock_.end(), clock_, clock_.begin());
  }
}

void subject_cache::erase(const subject_key& key) {
  if (const auto found = entries_.find(key); found != entries_.end())
    erase(found);
}

void subject_cache::erase(entry_map::iterator found) {
  clock_.erase(found->second.place);
  entries_.erase(found);
}

} // namespace aepro
