#include "test/support/shared_data.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace aepro::test {

namespace {

std::vector<std::vector<std::string>> split(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    auto& field = lines.back().back();
    if (quoted) {
      if (letter != '"')
        field += letter;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        field += text[++i];
      else
        quoted = false;
    } else if (letter == '"') {
      quoted = true;
    } else if (letter == ',') {
      lines.back().emplace_back();
    } else if (letter == '\n') {
      lines.emplace_back(1);
    } else if (letter != '\r') {
      field += letter;
    }
  }
  return lines;
}

} // namespace

std::vector<csv_row> parse_csv(const std::string& text) {
  const auto lines = split(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
  std::vector<csv_row> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].size() == 1 && lines[i][0].empty())
      continue;
    auto& row = rows.emplace_back();
    for (std::size_t k = 0; k < lines[0].size() && k < lines[i].size(); ++k)
      row[lines[0][k]] = lines[i][k];
  }
  return rows;
}

std::optional<std::string> read_shared_file(const std::string& path) {
  const std::string full = std::string(AEPRO_SHARED_DATA) + "/" + path;
  std::ifstream file(full, std::ios::binary);
  if (!file) {
    std::printf("SKIPPED: shared data is missing: %s\n", path.c_str());
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::optional<std::vector<csv_row>> read_shared_csv(const std::string& path) {
  const auto text = read_shared_file(path);
  if (!text)
    return std::nullopt;
  return parse_csv(*text);
}

} // namespace aepro::test
