#pragma once

/// A synthetic trial as a stream of records, each with what must become of it. Same options, same
/// bytes.

#include "actors/simulate/event_maker.hpp"
#include "actors/simulate/simulated_record.hpp"
#include "actors/simulate/trial_plan.hpp"

#include <string>

namespace aepro {

/// Every record follows from the seed and its number alone: no memory of earlier records is kept,
/// and a duplicate finds what it repeats by making it again. The topics' texts are the options'
/// own: they live as long as the generator. Use from one thread.
class trial_generator {
public:
  explicit trial_generator(const trial_options& options) : plan_(options) {}

  /// Fills `record` with the next one: first all subjects' reference data, then the events, so that
  /// the subjects topic can be caught up before. Returns false at the end. Reuses the record's
  /// memory.
  bool next(simulated_record& record);

  /// Returns how many records there are in all.
  std::uint64_t size() const { return subject_count() + plan_.options().events; }

  /// Returns how many of them are subjects' reference data; they come first.
  std::uint64_t subject_count() const { return plan_.subjects().size(); }

private:
  void make(std::uint64_t event, simulated_record& record);
  void spoil(std::uint64_t event, simulated_record& record);
  void add_headers(std::uint64_t number, simulated_record& record);

  trial_plan plan_;
  std::uint64_t position_ = 0;
  std::string body_;
  std::string_view content_type_;
};

} // namespace aepro
