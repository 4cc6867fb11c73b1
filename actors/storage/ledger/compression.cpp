#include "actors/storage/ledger/compression.hpp"

#include <zstd.h>

#include <memory>
#include <new>
#include <stdexcept>

namespace aepro {

namespace {

template <auto Free>
struct releaser {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

ZSTD_CCtx* compression_context() {
  thread_local std::unique_ptr<ZSTD_CCtx, releaser<ZSTD_freeCCtx>> context(ZSTD_createCCtx());
  if (!context)
    throw std::bad_alloc();
  return context.get();
}

ZSTD_DCtx* decompression_context() {
  thread_local std::unique_ptr<ZSTD_DCtx, releaser<ZSTD_freeDCtx>> context(ZSTD_createDCtx());
  if (!context)
    throw std::bad_alloc();
  return context.get();
}

} // namespace

std::string compress(std::string_view bytes, int level) {
  // Into a buffer that stays: a string of the worst case's size would be zeroed for each segment.
  thread_local std::unique_ptr<char[]> buffer;
  thread_local std::size_t buffer_bytes = 0;
  const auto bound = ZSTD_compressBound(bytes.size());
  if (buffer_bytes < bound) {
    buffer.reset(new char[bound]);
    buffer_bytes = bound;
  }
  const auto written = ZSTD_compressCCtx(compression_context(), buffer.get(), buffer_bytes,
                                         bytes.data(), bytes.size(), level);
  if (ZSTD_isError(written))
    throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(written));
  return {buffer.get(), written};
}

std::optional<std::string> decompress(std::string_view frame, std::size_t bytes_max) {
  const auto content = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (content == ZSTD_CONTENTSIZE_ERROR || content == ZSTD_CONTENTSIZE_UNKNOWN ||
      content > bytes_max)
    return std::nullopt;
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size())
    return std::nullopt;
  std::string out(content, '\0');
  const auto written = ZSTD_decompressDCtx(decompression_context(), out.data(), out.size(),
                                           frame.data(), frame.size());
  if (ZSTD_isError(written) || written != content)
    return std::nullopt;
  return out;
}

} // namespace aepro
