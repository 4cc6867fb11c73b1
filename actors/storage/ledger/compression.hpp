#pragma once

/// zstd with one context per thread.

#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// Returns `bytes` as one zstd frame with its content size. Throws std::runtime_error where zstd
/// has no memory.
std::string compress(std::string_view bytes, int level);

/// Returns the content of the zstd frame `frame`; nothing where it is damaged, has no content size,
/// has bytes after it, or holds more than `bytes_max`.
std::optional<std::string> decompress(std::string_view frame, std::size_t bytes_max);

} // namespace aepro
