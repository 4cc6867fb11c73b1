#include "actors/storage/ledger/chain.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "actors/validation/sha256.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

BOOST_AUTO_TEST_SUITE(ledger_chain)

namespace {

using namespace aepro;

sha256_digest digest_of_headers(std::span<const header_view> headers) {
  std::string encoded;
  append_encoded_headers(headers, encoded);
  return sha256{}(encoded);
}

struct two_records {
  const stream_name stream{"aepro.adverse-events", 3};
  const stream_name other{"other", 1};
  const std::array<header_view, 2> headers{header_view{"content-type", "x", false},
                                           header_view{"n", {}, true}};
  const sha256_digest headers_digest = digest_of_headers(headers);
  const sha256_digest no_headers = digest_of_headers({});
  const sha256_digest value = sha256{}("value");
  const sha256_digest nothing = sha256{}("");
  chain_entry first{.offset = 7,
                    .timestamp = 1'750'000'000'000,
                    .key = "S/1",
                    .headers_digest = &headers_digest,
                    .value_bytes = 5,
                    .value_digest = &value,
                    .verdict = verdict::accepted,
                    .decision = "decision",
                    .first = {}};
  chain_entry second{.offset = 9,
                     .timestamp = -1,
                     .key = std::nullopt,
                     .headers_digest = &no_headers,
                     .value_bytes = std::nullopt,
                     .value_digest = &nothing,
                     .verdict = verdict::conflict,
                     .decision = {},
                     .first = {&other, 42}};
};

} // namespace

// Both hashes were computed with Python's hashlib from docs/ledger-format.md.
BOOST_AUTO_TEST_CASE(the_hashes_are_those_of_the_specification) {
  const two_records records;
  aepro::ledger_chain chain(records.stream, {});
  BOOST_TEST(to_hex(chain.append(records.first)) ==
             "5a8dd7ec7894174328ab86f4ba357ddb46f3f8d83ff7d277b195d02e7a9acf27");
  BOOST_TEST(to_hex(chain.append(records.second)) ==
             "111cc47eb9c7343a996cd6d43646386d6bd773344067ec65eaeb828a482280e2");
  BOOST_TEST((chain.head() != sha256_digest{}));
}

BOOST_AUTO_TEST_CASE(every_part_of_an_entry_changes_the_hash) {
  const two_records records;
  const auto hash_of = [&](const chain_entry& entry, const stream_name& stream,
                           const sha256_digest& head) {
    aepro::ledger_chain chain(stream, head);
    return chain.append(entry);
  };
  const auto same = hash_of(records.second, records.stream, {});
  BOOST_TEST((hash_of(records.second, records.stream, {}) == same));
  std::vector<chain_entry> changed(9, records.second);
  changed[0].offset = 10;
  changed[1].timestamp = 0;
  changed[2].key = "";
  changed[3].headers_digest = &records.headers_digest;
  changed[4].value_bytes = 0;
  changed[5].value_digest = &records.value;
  changed[6].verdict = verdict::duplicate;
  changed[7].decision = "d";
  changed[8].first.offset = 43;
  for (const auto& entry : changed)
    BOOST_TEST((hash_of(entry, records.stream, {}) != same));
  BOOST_TEST((hash_of(records.second, {"aepro.adverse-events", 4}, {}) != same));
  BOOST_TEST((hash_of(records.second, {"aepro.adverse-event", 3}, {}) != same));
  BOOST_TEST((hash_of(records.second, records.stream, records.value) != same));
}

BOOST_AUTO_TEST_CASE(a_tombstone_s_entry_has_no_length_and_an_empty_value_s_has_0) {
  decided_record decided;
  record_view record;
  record.value = "";
  BOOST_TEST(make_chain_entry(record, decided, verdict::rejected, {}).value_bytes.value() == 0U);
  record.value = std::nullopt;
  BOOST_TEST(!make_chain_entry(record, decided, verdict::rejected, {}).value_bytes);
}

BOOST_AUTO_TEST_SUITE_END()
