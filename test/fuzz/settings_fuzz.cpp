// Settings: any file is either refused with reasons or read, and what is read can be dumped and
// read again.
#include "config/settings_document.hpp"
#include "config/settings_loader.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aepro;
  setting_sources sources;
  sources.file_name = "fuzz.yaml";
  sources.file_text.assign(reinterpret_cast<const char*>(data), size);
  sources.read_file = [](const std::string&) { return std::nullopt; };
  const auto loaded = load_settings(sources);
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded)) {
    if (problems->empty())
      std::abort();
    return 0;
  }
  sources.file_text = settings_dump(std::get<loaded_settings>(loaded));
  const auto again = load_settings(sources);
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&again)) {
    std::fprintf(stderr, "a dump is refused: %s\n%s\n", to_string(problems->front()).c_str(),
                 sources.file_text.c_str());
    std::abort();
  }
  return 0;
}
