#pragma once

/// Who takes part in a synthetic trial, and what each event number stands for. All by number alone.

#include "actors/common/uuid.hpp"
#include "actors/simulate/random_stream.hpp"
#include "actors/simulate/trial_options.hpp"
#include "actors/simulate/vocabulary.hpp"

#include <optional>
#include <string>
#include <vector>

namespace aepro {

struct trial_subject {
  std::string study, site, number, id; ///< number: SUBJID; id: USUBJID.
  std::string key;                     ///< Of its records.
  aepro::country country;
  std::int64_t first_day = 0; ///< Of treatment, in days since 1970-01-01.
};

/// What a record is sent as.
enum class record_role : std::uint8_t {
  plain,
  duplicate,
  conflict,
  undecodable,
  empty,
  malformed,
  unknown_subject
};

enum class report_stage : std::uint8_t { initial, follow_up, nullification };

class trial_plan {
public:
  explicit trial_plan(const trial_options& options);

  const trial_options& options() const { return options_; }
  const std::vector<trial_subject>& subjects() const { return subjects_; }

  record_role role_of(std::uint64_t event) const;
  bool is_adverse_event(std::uint64_t event) const;
  report_stage stage_of(std::uint64_t event) const; ///< Of an adverse event.
  std::size_t subject_of(std::uint64_t event) const;
  std::string id_of(std::uint64_t event) const;
  unix_milliseconds time_of(std::uint64_t event) const;

  /// Returns the plain event that a duplicate or conflict repeats; nothing: there is none near
  /// before it.
  std::optional<std::uint64_t> repeated_by(std::uint64_t event) const;

  /// Returns the first version of the report that a follow-up or nullification is about; itself for
  /// an initial report or where there is none near before it.
  std::uint64_t root_of(std::uint64_t event) const;

  /// A random stream of the event's own. `purpose` keeps decisions independent of each other.
  random_stream stream(std::uint64_t event, std::uint64_t purpose) const;

private:
  template <class Accept>
  std::optional<std::uint64_t> find_before(std::uint64_t event, std::uint64_t purpose,
                                           Accept accept) const;

  trial_options options_;
  std::vector<trial_subject> subjects_;
};

/// Returns YYYY-MM-DD.
std::string date_text(std::int64_t days_since_1970);

} // namespace aepro
