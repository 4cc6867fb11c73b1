#pragma once

/// Finds what a segment's decisions were made with.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/ledger_reader.hpp"
#include "actors/validation/decide_options.hpp"

#include <map>
#include <optional>

namespace aepro {

/// Keeps what it found; a store has few options.
class options_finder {
public:
  /// `fallback` is of segments that name no options; not owned, nor is the reader.
  options_finder(ledger_reader& reader, const decide_options& fallback)
      : reader_(reader), fallback_(fallback) {}

  /// Returns the options that the segment names; where they are damaged, the fallback, and adds a
  /// problem. Valid as long as this. Errors: the reader's.
  caf::expected<const decide_options*> find(const stored_segment& segment,
                                            const stored_stream& stream, audit_problems& problems);

private:
  ledger_reader& reader_;
  const decide_options& fallback_;
  std::map<sha256_digest, std::optional<decide_options>> known_; ///< Nothing: not usable.
};

} // namespace aepro
