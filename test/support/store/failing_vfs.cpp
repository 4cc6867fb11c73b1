#include "test/support/store/failing_vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace aepro::test {

namespace {

/// What is to fail next. Faults are planned and met on one thread; others only look.
struct fault_state {
  std::mutex mutex;
  std::uint64_t left = 0; ///< Calls until the fault; 0: none is planned.
  file_fault fault = file_fault::io_error;
  fault_times times = fault_times::once;
  bool has_failed = false;
  bool goes_on = false; ///< Every call fails.
};

fault_state& state() {
  static fault_state one;
  return one;
}

/// Returns whether a call of that kind fails now.
bool fails(bool is_write) {
  auto& planned = state();
  const std::lock_guard lock{planned.mutex};
  if (planned.fault == file_fault::disk_full && !is_write)
    return false;
  if (planned.goes_on)
    return true;
  if (planned.left == 0 || --planned.left > 0)
    return false;
  planned.has_failed = true;
  planned.goes_on = planned.times == fault_times::until_healed;
  return true;
}

int code_of_write() {
  const std::lock_guard lock{state().mutex};
  return state().fault == file_fault::disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

sqlite3_vfs* real_vfs = nullptr;

/// SQLite allocates szOsFile bytes: this, and the real file behind it.
struct failing_file {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<failing_file*>(file)->real();
}

const sqlite3_io_methods& methods(sqlite3_file* file) {
  return *real(file)->pMethods;
}

int close_file(sqlite3_file* file) {
  return methods(file).xClose(real(file));
}
int read_file(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  return fails(false) ? SQLITE_IOERR_READ : methods(file).xRead(real(file), bytes, count, offset);
}
int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  return fails(true) ? code_of_write() : methods(file).xWrite(real(file), bytes, count, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return fails(false) ? SQLITE_IOERR_TRUNCATE : methods(file).xTruncate(real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  return fails(false) ? SQLITE_IOERR_FSYNC : methods(file).xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return fails(false) ? SQLITE_IOERR_FSTAT : methods(file).xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) {
  return fails(false) ? SQLITE_IOERR_LOCK : methods(file).xLock(real(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return methods(file).xUnlock(real(file), level);
}
int check_reserved(sqlite3_file* file, int* result) {
  return methods(file).xCheckReservedLock(real(file), result);
}
int control_file(sqlite3_file* file, int what, void* argument) {
  return methods(file).xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) {
  return methods(file).xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
  return methods(file).xDeviceCharacteristics(real(file));
}
int map_memory(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return fails(false) ? SQLITE_IOERR_SHMMAP
                      : methods(file).xShmMap(real(file), region, size, extend, memory);
}
int lock_memory(sqlite3_file* file, int offset, int count, int flags) {
  return methods(file).xShmLock(real(file), offset, count, flags);
}
void memory_barrier(sqlite3_file* file) {
  methods(file).xShmBarrier(real(file));
}
int unmap_memory(sqlite3_file* file, int remove) {
  return methods(file).xShmUnmap(real(file), remove);
}

const sqlite3_io_methods failing_methods{2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         file_size,
                                         lock_file,
                                         unlock_file,
                                         check_reserved,
                                         control_file,
                                         sector_size,
                                         characteristics,
                                         map_memory,
                                         lock_memory,
                                         memory_barrier,
                                         unmap_memory,
                                         nullptr,
                                         nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr; // Nothing to close where it fails.
  if (fails(false))
    return SQLITE_CANTOPEN;
  auto* target = reinterpret_cast<failing_file*>(file)->real();
  const auto code = real_vfs->xOpen(real_vfs, name, target, flags, out_flags);
  if (code == SQLITE_OK)
    file->pMethods = &failing_methods;
  else if (target->pMethods != nullptr)
    target->pMethods->xClose(target);
  return code;
}

/// Becomes the default, for good: connections may be open at any time.
void install() {
  static sqlite3_vfs failing;
  static std::once_flag once;
  std::call_once(once, [] {
    real_vfs = sqlite3_vfs_find(nullptr);
    failing = *real_vfs; // All that is not a file's own goes to the real one: same pAppData.
    failing.zName = "failing";
    failing.szOsFile = static_cast<int>(sizeof(failing_file)) + real_vfs->szOsFile;
    failing.xOpen = open_file;
    if (sqlite3_vfs_register(&failing, 1) != SQLITE_OK)
      throw std::runtime_error("SQLite takes no other file system");
  });
}

} // namespace

void fail_file_call(std::uint64_t n, file_fault fault, fault_times times) {
  install();
  auto& planned = state();
  const std::lock_guard lock{planned.mutex};
  planned.left = n;
  planned.fault = fault;
  planned.times = times;
  planned.has_failed = planned.goes_on = false;
}

bool heal_files() {
  auto& planned = state();
  const std::lock_guard lock{planned.mutex};
  planned.left = 0;
  planned.goes_on = false;
  return std::exchange(planned.has_failed, false);
}

} // namespace aepro::test
