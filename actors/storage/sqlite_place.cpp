#include "actors/storage/sqlite_place.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace aepro {

namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Returns the errno of making a file in `folder`, 0 where it went well. The file is gone again.
/// Asking for the right alone would not do: root has every right, also where nothing can be
/// written.
int try_to_write_in(const fs::path& folder) {
  auto name = (folder / ".aepro-XXXXXX").string();
  const int file = mkstemp(name.data());
  if (file < 0)
    return errno;
  close(file);
  unlink(name.c_str());
  return 0;
}

/// Whether waiting does not help against this errno; a full disk, for one, may be emptied.
bool needs_a_person(int code) {
  return code == EACCES || code == EPERM || code == EROFS || code == ENOENT || code == ENOTDIR ||
         code == ELOOP || code == ENAMETOOLONG;
}

} // namespace

std::string find_sqlite_place_trouble(const std::string& path) {
  const fs::path file(path);
  const auto folder = folder_of(file);
  std::error_code ignored; // What cannot be looked at shows as missing, which is said.
  if (fs::is_directory(file, ignored))
    return fmt::format("{} is a folder; name a file in it, for example sqlite:{}", path,
                       (file / "aepro.sqlite").string());
  if (!fs::exists(folder, ignored))
    return fmt::format("the folder {} does not exist; create it, or choose another path",
                       folder.string());
  if (!fs::is_directory(folder, ignored))
    return fmt::format("{} is not a folder; choose another path", folder.string());
  if (fs::exists(file, ignored) && access(path.c_str(), R_OK | W_OK) != 0 && needs_a_person(errno))
    return fmt::format("{} cannot be written ({}); give this user the right to, or choose another "
                       "path",
                       path, std::strerror(errno));
  if (const int code = try_to_write_in(folder); needs_a_person(code))
    return fmt::format("no file can be made in the folder {} ({}), and SQLite needs its own beside "
                       "the store; give this user the right to, or choose another path",
                       folder.string(), std::strerror(code));
  return {};
}

sqlite_reading_place look_at_sqlite_place(const std::string& path) {
  std::error_code missing;
  const auto wal_bytes = fs::file_size(path + "-wal", missing);
  return {!needs_a_person(try_to_write_in(folder_of(path))), missing ? 0 : wal_bytes};
}

sqlite_reading choose_sqlite_reading(const sqlite_reading_place& place) {
  if (place.folder_is_writable)
    return sqlite_reading::as_usual;
  return place.wal_bytes == 0 ? sqlite_reading::immutable : sqlite_reading::refused;
}

} // namespace aepro
