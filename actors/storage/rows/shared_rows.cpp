#include "actors/storage/rows/shared_rows.hpp"

#include "actors/storage/ledger/big_endian.hpp"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aepro {

namespace {

using enum column_type;

constexpr std::array place_columns{column{"place_id", int64}, column{"study", text},
                                   column{"site", text}};

constexpr std::array coding_columns{
    column{"coding_id", int64}, column{"aellt", text},         column{"aelltcd", text},
    column{"aedecod", text},    column{"aeptcd", text},        column{"aehlt", text},
    column{"aehltcd", text},    column{"aehlgt", text},        column{"aehlgtcd", text},
    column{"aebodsys", text},   column{"aebdsycd", text},      column{"aesoc", text},
    column{"aesoccd", text},    column{"meddra_version", text}};

constexpr std::array circumstance_columns{column{"circumstance_id", int64},
                                          column{"aerel", text},
                                          column{"aecat", text},
                                          column{"aetox", text},
                                          column{"aeenrtpt", text},
                                          column{"suspect_product", text},
                                          column{"reporter", text}};

constexpr std::array form_columns{column{"form_id", int64},           column{"instrument", text},
                                  column{"instrument_version", text}, column{"visit", text},
                                  column{"visitnum", text},           column{"language", text},
                                  column{"window_days", text},        column{"link_ids", text}};

void encode(shared_table table, std::span<const std::string_view> texts, std::string& out) {
  std::size_t size = 1;
  for (const auto text : texts)
    size += sizeof(std::uint32_t) + text.size();
  out.resize(size);
  char* at = out.data();
  *at++ = static_cast<char>(table);
  for (const auto text : texts) {
    for (int shift = 24; shift >= 0; shift -= 8)
      *at++ = static_cast<char>(static_cast<std::uint8_t>(text.size() >> shift));
    at = std::copy(text.begin(), text.end(), at);
  }
}

std::int64_t id_from(const sha256_digest& digest) {
  return get_big_endian<std::int64_t>(
      {reinterpret_cast<const char*>(digest.data()), sizeof(std::int64_t)});
}

} // namespace

const row_layout& shared_layout(shared_table table) {
  static const std::array<row_layout, 4> layouts{{{"place", place_columns},
                                                  {"coding", coding_columns},
                                                  {"circumstance", circumstance_columns},
                                                  {"form", form_columns}}};
  return layouts[static_cast<std::size_t>(table)];
}

std::int64_t shared_id(shared_table table, std::span<const std::string_view> texts,
                       sha256& hasher) {
  std::string encoded;
  encode(table, texts, encoded);
  return id_from(hasher(encoded));
}

cell shared_rows::refer(shared_table table, std::span<const std::string_view> texts) {
  if (std::all_of(texts.begin(), texts.end(), [](std::string_view text) { return text.empty(); }))
    return {};
  encode(table, texts, encoded_);
  const auto hash = XXH3_128bits(encoded_.data(), encoded_.size());
  const fingerprint print{hash.low64, hash.high64};
  const auto [found, is_new] = known_.try_emplace(print, 0);
  if (is_new) {
    found->second = id_from(hasher_(encoded_));
    fresh_prints_.push_back(print);
    fresh_.push_back({table, found->second, {texts.begin(), texts.end()}});
  }
  return number_cell(found->second);
}

void shared_rows::settle(bool stored) {
  if (!stored)
    for (const auto& print : fresh_prints_)
      known_.erase(print);
  fresh_prints_.clear();
  fresh_.clear();
  if (known_.size() > limit_)
    known_.clear();
}

} // namespace aepro
