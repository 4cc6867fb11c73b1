#pragma once

/// What the file system says of a SQLite store's place: what a person must mend, and how a reader
/// may open it.

#include <cstdint>
#include <string>

namespace aepro {

/// Returns what is wrong with `path` as the place of a store that is written, and what to do;
/// empty: nothing that needs a person. A full disk and a locked file are not seen here: they may
/// heal. Writes nothing that stays.
std::string find_sqlite_place_trouble(const std::string& path);

/// Where a reader found the store that SQLite could not read as usual.
struct sqlite_reading_place {
  bool folder_is_writable = false;
  std::uint64_t wal_bytes = 0; ///< Of the file PATH-wal, in which the newest transactions are.
};

/// Returns the place of the store at `path`.
sqlite_reading_place look_at_sqlite_place(const std::string& path);

enum class sqlite_reading {
  as_usual,  ///< The failure stands: its reason is another.
  immutable, ///< Nobody can be writing: it may be read as a file that does not change.
  refused,   ///< The newest transactions would be missing.
};

/// Pure: returns how to read a store that SQLite could not read as usual. Where the folder cannot
/// be written, SQLite cannot make the file PATH-shm that it needs beside a store in WAL mode.
sqlite_reading choose_sqlite_reading(const sqlite_reading_place& place);

} // namespace aepro
