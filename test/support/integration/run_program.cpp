#include "support/run_program.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace aepro::test {

namespace {

/// A folder that goes with the process.
class scratch_folder {
public:
  scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "aepro-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder() {
    std::error_code ignored; // At the process's end nobody is left to tell.
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

const scratch_folder& scratch() {
  static const scratch_folder folder;
  return folder;
}

[[noreturn]] void become(std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment, const std::string& output,
                         const std::string& errors) {
  for (const auto& text : environment)
    setenv(text.substr(0, text.find('=')).c_str(), text.substr(text.find('=') + 1).c_str(), 1);
  if (!std::freopen(output.c_str(), "w", stdout) || !std::freopen(errors.c_str(), "w", stderr))
    _exit(126);
  std::vector<char*> pointers;
  for (auto& argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(AEPRO_BINARY, pointers.data());
  _exit(127);
}

} // namespace

program_result run_aepro(std::vector<std::string> arguments,
                         const std::vector<std::string>& environment) {
  arguments.insert(arguments.begin(), "aepro");
  const auto output = scratch().file("stdout"), errors = scratch().file("stderr");
  std::fflush(nullptr); // Else the child would write our buffers out too.
  const auto child = fork();
  if (child < 0)
    throw std::runtime_error("fork failed");
  if (child == 0)
    become(arguments, environment, output, errors);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(output),
          read_file(errors)};
}

std::string write_file(const std::string& name, const std::string& text) {
  const auto path = scratch().file(name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace aepro::test
