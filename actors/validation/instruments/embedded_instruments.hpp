#pragma once

/// The files of config/instruments, put into the program by the build, so that a decision depends
/// on the program's version and not on files beside it.

#include <span>
#include <string_view>

namespace aepro {

struct embedded_instrument {
  std::string_view file;
  std::string_view json;
};

std::span<const embedded_instrument> embedded_instruments();

} // namespace aepro
