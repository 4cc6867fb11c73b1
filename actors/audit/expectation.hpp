#pragma once

/// What must become of each sent record, as a file, and its comparison with what the ledger says.
/// docs/publish.md describes the file.

#include "actors/simulate/simulated_record.hpp"

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace aepro {

/// A record as the ledger holds it. Views are read within see() only.
struct observed_record {
  std::string_view
      number; ///< Value of the header `record_number_header`; empty: not a simulated one.
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string_view key, value; ///< Null ones are empty.
  aepro::verdict verdict = verdict::accepted;
  aepro::rejection rejection = rejection::none;
  bool serious = false;
  std::span<const score> scores;
  std::span<const alert> alerts;
};

/// Returns what the ledger says of a record: its evidence, its verdict and the decision on it.
inline observed_record observe(const stream_name& stream, const record_view& record,
                               verdict counted, const decision& decided) {
  observed_record seen{{},
                       stream.topic,
                       stream.partition,
                       record.offset,
                       record.key.value_or(""),
                       record.value.value_or(""),
                       counted,
                       decided.rejection,
                       decided.serious,
                       decided.scores,
                       decided.alerts};
  for (const auto& header : record.headers)
    if (header.name == record_number_header)
      seen.number = header.value;
  return seen;
}

/// Returns the first line of an expectation file, with its line end.
std::string expectation_header(std::uint64_t seed, std::uint64_t records);

/// Returns a record's line, with its line end.
std::string expectation_line(const expectation_view& expected, std::string_view value);

struct expectation_problem {
  std::string kind; ///< "missing", "twice", "different".
  std::string topic;
  std::int32_t partition = -1; ///< -1 for missing ones.
  std::int64_t offset = -1;
  std::string message;
};

struct expectation_counts {
  std::uint64_t expected = 0; ///< Lines of the file.
  std::uint64_t found = 0;    ///< Of them, seen exactly as expected.
  std::uint64_t others = 0;   ///< Records of the ledger that are not of this simulation.
};

/// Keeps 9 bytes per expected record, whatever its size. Use from one thread.
class expectation_check {
public:
  /// Returns the check, or what is wrong with the file and in which line.
  static std::variant<expectation_check, std::string> read(std::istream& file);

  /// Takes a record of the ledger in. Any order.
  void see(const observed_record& record);

  /// Returns what differs, at most `problems_max`, in the file's order, after every record was
  /// seen. `file` is the same file again, from its beginning: it says what was expected.
  std::vector<expectation_problem> finish(std::istream& file,
                                          std::size_t problems_max = 1000) const;

  const expectation_counts& counts() const { return counts_; }

private:
  expectation_check() = default;

  struct sighting {
    std::string topic, found;
    std::int32_t partition;
    std::int64_t offset;
  };

  std::string seed_;
  std::vector<std::uint64_t> digests_;
  std::vector<std::uint8_t>
      seen_; ///< Times, up to times_max; plus differs_flag where one was not as expected.
  std::unordered_map<std::uint64_t, sighting>
      wrong_; ///< The first of each number; so many as wrong_max.
  expectation_counts counts_;
};

} // namespace aepro
