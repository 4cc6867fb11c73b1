#pragma once

/// Texts that many events share (study and site, MedDRA coding, circumstances, form) are stored
/// once and referred to by a number that follows from the texts alone.

#include "actors/storage/rows/cell.hpp"
#include "actors/validation/sha256.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aepro {

enum class shared_table : std::uint8_t { place, coding, circumstance, form };

inline constexpr std::array shared_tables{shared_table::place, shared_table::coding,
                                          shared_table::circumstance, shared_table::form};

/// Returns the table's columns: its id, then texts.
const row_layout& shared_layout(shared_table table);

/// A row that the store may not have yet.
struct shared_row {
  shared_table table = shared_table::place;
  std::int64_t id = 0;
  std::vector<std::string> texts; ///< Empty ones are NULL in the store.
};

/// Knows which rows its connection has stored. Used by one thread.
class shared_rows {
public:
  /// Rows remembered, 40 bytes each; after more than that it forgets all and stores them again,
  /// which changes nothing but costs time.
  static constexpr std::size_t default_limit = 200'000;

  explicit shared_rows(std::size_t limit = default_limit) : limit_(limit) {}

  /// Returns the reference to the row with these texts (storable ones, in the layout's order); NULL
  /// where all are empty. A row that is not known to be stored is added to `fresh`.
  cell refer(shared_table table, std::span<const std::string_view> texts);

  /// Returns the rows to be stored before the references count.
  std::span<const shared_row> fresh() const { return fresh_; }

  /// Says what became of the fresh rows; those that were not stored will be fresh again.
  void settle(bool stored);

private:
  struct fingerprint {
    std::uint64_t low = 0, high = 0;
    bool operator==(const fingerprint&) const = default;
  };
  struct low_half {
    std::size_t operator()(const fingerprint& print) const { return print.low; }
  };

  std::size_t limit_;
  sha256 hasher_;
  std::string encoded_;
  std::unordered_map<fingerprint, std::int64_t, low_half> known_;
  std::vector<fingerprint> fresh_prints_;
  std::vector<shared_row> fresh_;
};

/// Returns the id of the row with these texts: the first 8 bytes of SHA-256(u8 table || for each
/// text u32 length
/// || text). So nobody can put another text under the id of a row without it being seen.
std::int64_t shared_id(shared_table table, std::span<const std::string_view> texts, sha256& hasher);

} // namespace aepro
