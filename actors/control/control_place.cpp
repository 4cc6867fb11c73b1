#include "actors/control/control_place.hpp"

#include "config/settings.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace aepro {

namespace {

/// Kernels take 107 bytes for the whole path.
constexpr std::size_t name_bytes_max = 48;

/// Returns a file's name that differs where the names differ, and can be read where they are usual.
std::string file_name_of(const std::string& group, const std::string& instance) {
  std::string name;
  for (const char letter : instance.empty() ? group : group + "@" + instance) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
                          letter == '@' || (letter == '.' && !name.empty());
    name += is_plain ? std::string(1, letter)
                     : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  if (name.size() > name_bytes_max)
    name = fmt::format("{}-{:016x}", name.substr(0, name_bytes_max - 17),
                       XXH3_64bits(name.data(), name.size()));
  return name + ".sock";
}

} // namespace

control_place control_place_of(const settings& values, const process_surroundings& surroundings) {
  if (values.control.socket != "auto")
    return {values.control.socket, false};
  const auto runtime =
      surroundings.runtime_directory.substr(0, surroundings.runtime_directory.find(':'));
  auto folder = fmt::format("/tmp/aepro-{}", surroundings.uid);
  if (!runtime.empty())
    folder = runtime + "/aepro";
  else if (!surroundings.xdg_runtime_dir.empty())
    folder = surroundings.xdg_runtime_dir + "/aepro";
  return {folder + "/" + file_name_of(values.group, values.instance_id), true};
}

} // namespace aepro
