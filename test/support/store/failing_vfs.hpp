#pragma once

/// SQLite's files with a fault at a chosen call. All connections of the process go through it.

#include <cstdint>

namespace aepro::test {

/// Which calls fail, and how: every input and output with an I/O error, or writes with a full disk.
enum class file_fault { io_error, disk_full };
enum class fault_times { once, until_healed };

/// Makes the `n`-th call from now on fail, from 1, and those after it where it is not `once`.
void fail_file_call(std::uint64_t n, file_fault fault, fault_times times);

/// All is well again. Returns whether any call had failed.
bool heal_files();

} // namespace aepro::test
