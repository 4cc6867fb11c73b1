#include "actors/validation/subject_cache.hpp"

namespace aepro {

std::size_t subject_cache::hash::operator()(const subject_key& key) const {
  const std::hash<std::string> of_text;
  return of_text(key.subject) * 31 + of_text(key.study);
}

subject_context_ptr subject_cache::find(const subject_key& key, time_point now) {
  const auto found = index_.find(key);
  if (found == index_.end())
    return nullptr;
  if (found->second->expires <= now) {
    entries_.erase(found->second);
    index_.erase(found);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->context;
}

void subject_cache::put(const subject_key& key, subject_context_ptr context, time_point now) {
  erase(key);
  const auto age = context->known ? options_.age_max : options_.negative_age_max;
  entries_.push_front({key, std::move(context), now + age});
  index_.emplace(key, entries_.begin());
  while (entries_.size() > options_.entries_max) {
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

void subject_cache::erase(const subject_key& key) {
  const auto found = index_.find(key);
  if (found == index_.end())
    return;
  entries_.erase(found->second);
  index_.erase(found);
}

} // namespace aepro
