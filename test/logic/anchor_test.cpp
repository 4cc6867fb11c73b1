#include "actors/audit/anchor_audit.hpp"
#include "actors/outbound/anchor.hpp"
#include "actors/outbound/anchor_signature.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(anchor)

namespace {

// Made by `openssl genpkey -algorithm ed25519` for this test only.
constexpr char private_key[] = R"pem(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIGTKL74il/5Q0akLiHZLdIHSNRkSe5E5hFEo111OT8cG
-----END PRIVATE KEY-----
)pem";
constexpr char public_key[] = R"pem(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAlJ2TKhw9BDrfUleUtcRD+WRfiNtS59YLUtfaxu7GBig=
-----END PUBLIC KEY-----
)pem";
constexpr char other_private_key[] = R"pem(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIB8UzZRiAPRNBoSFGuNxukHWionDoH1WBRKUzThSPrV4
-----END PRIVATE KEY-----
)pem";
// The secret key of RFC 8032, 7.1, test 1, in PKCS #8.
constexpr char rfc_8032_key[] = R"pem(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)pem";
// A sound key of another kind: X25519.
constexpr char key_of_another_kind[] = R"pem(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEILDTxnGsN2kSArDn2VwslJQ7xhJ1QyUmdCCggdyeRNhj
-----END PRIVATE KEY-----
)pem";

const stream_name stream{"topic", 3};

anchor_signer signer(const char* pem = private_key) {
  auto made = anchor_signer::from_pem(pem);
  BOOST_REQUIRE(std::holds_alternative<anchor_signer>(made));
  return std::get<anchor_signer>(std::move(made));
}

anchor_verifier verifier() {
  auto made = anchor_verifier::from_pem(public_key);
  BOOST_REQUIRE(std::holds_alternative<anchor_verifier>(made));
  return std::get<anchor_verifier>(std::move(made));
}

sha256_digest head_of(std::uint8_t byte) {
  sha256_digest head;
  head.fill(byte);
  return head;
}

ledger_anchor anchor_at(std::int64_t next_offset, std::uint8_t head) {
  return {.store_id = "store",
          .stream = stream,
          .next_offset = next_offset,
          .chain_head = head_of(head)};
}

/// An audit of the store "store" whose chain has, behind offset n, the head n.
struct chain_of_ten {
  audit_problems problems{100};
  anchor_audit audit{"store", {}};

  void add(const ledger_anchor& anchor) {
    audit.add({"anchors", 0}, 0, encode_anchor(anchor), "", problems);
  }

  std::size_t check() {
    for (std::int64_t offset = 0; offset < 10; ++offset)
      if (audit.wants(stream, offset, offset))
        audit.see(stream, offset, head_of(static_cast<std::uint8_t>(offset)), problems);
    audit.finish(10, problems);
    return problems.total();
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(an_anchor_is_read_as_it_was_written) {
  const ledger_anchor written{"id", stream, 42, head_of(9), {1, 2, 3, 4}, 1'750'000'000'000, 7, 5};
  const auto read = decode_anchor(encode_anchor(written));
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->store_id == "id");
  BOOST_TEST((read->stream == stream));
  BOOST_TEST(read->next_offset == 42);
  BOOST_TEST((read->chain_head == head_of(9)));
  BOOST_TEST(read->counts.accepted == 1U);
  BOOST_TEST(read->counts.rejected == 2U);
  BOOST_TEST(read->counts.duplicate == 3U);
  BOOST_TEST(read->counts.conflict == 4U);
  BOOST_TEST(read->published_at == 1'750'000'000'000);
  BOOST_TEST(read->epoch == 7U);
  BOOST_TEST(read->rules_version == 5U);
  BOOST_TEST(anchor_key(stream) == "topic/3");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_anchor_of_this_format_are_none) {
  BOOST_TEST(!decode_anchor(""));
  BOOST_TEST(!decode_anchor("\xff\xff"));
  auto bytes = encode_anchor(anchor_at(1, 1));
  bytes[1] = 2; // The format's number.
  BOOST_TEST(!decode_anchor(bytes));
}

BOOST_AUTO_TEST_CASE(a_signature_is_of_its_key_and_of_its_bytes_only) {
  const auto signature = signer().sign("bytes");
  BOOST_TEST(signature.size() == 64U);
  BOOST_TEST(verifier().verify("bytes", signature));
  BOOST_TEST(!verifier().verify("Bytes", signature));
  BOOST_TEST(!verifier().verify("bytes", signer(other_private_key).sign("bytes")));
  BOOST_TEST(!verifier().verify("bytes", ""));
  BOOST_TEST(!verifier().verify("bytes", signature.substr(0, 63)));
  BOOST_TEST(signer().key_id() == verifier().key_id());
  BOOST_TEST(signer().key_id().size() == 16U);
  BOOST_TEST(signer(other_private_key).key_id() != verifier().key_id());
}

BOOST_AUTO_TEST_CASE(a_signature_is_that_of_rfc_8032) {
  // RFC 8032, 7.1, test 1: an empty message.
  const auto signature = signer(rfc_8032_key).sign("");
  BOOST_TEST(static_cast<unsigned char>(signature[0]) == 0xe5);
  BOOST_TEST(static_cast<unsigned char>(signature[1]) == 0x56);
  BOOST_TEST(static_cast<unsigned char>(signature[63]) == 0x0b);
}

BOOST_AUTO_TEST_CASE(what_is_no_ed25519_key_is_refused_with_a_remedy) {
  for (const auto* pem : {"", "no key", public_key, key_of_another_kind}) {
    const auto made = anchor_signer::from_pem(pem);
    BOOST_REQUIRE(std::holds_alternative<std::string>(made));
    BOOST_TEST(std::get<std::string>(made).find("openssl genpkey") != std::string::npos);
  }
  BOOST_TEST(std::holds_alternative<std::string>(anchor_verifier::from_pem(private_key)));
}

BOOST_AUTO_TEST_CASE(anchors_of_the_same_chain_are_no_problem) {
  chain_of_ten chain;
  chain.add(anchor_at(1, 0));
  chain.add(anchor_at(10, 9));
  chain.add(anchor_at(10, 9)); // Published at least once.
  BOOST_TEST(chain.check() == 0U);
  BOOST_TEST(chain.audit.counts().compared == 3U);
}

BOOST_AUTO_TEST_CASE(an_anchor_of_another_head_is_a_mismatch_at_its_record) {
  chain_of_ten chain;
  chain.add(anchor_at(5, 4));
  chain.add(anchor_at(8, 99));
  BOOST_REQUIRE(chain.check() == 1U);
  BOOST_TEST(chain.problems.kept().front().kind == "anchor_mismatch");
  BOOST_TEST(chain.problems.kept().front().offset == 7);
}

BOOST_AUTO_TEST_CASE(an_anchor_behind_the_ledger_s_end_shows_a_tail_that_was_cut_off) {
  chain_of_ten chain;
  chain.add(anchor_at(12, 11));
  BOOST_REQUIRE(chain.check() == 1U);
  BOOST_TEST(chain.problems.kept().front().kind == "anchor_mismatch");
  BOOST_TEST(chain.problems.kept().front().offset == 11);
}

BOOST_AUTO_TEST_CASE(a_store_without_any_anchor_of_its_own_is_not_proved_by_others) {
  chain_of_ten chain;
  auto anchor = anchor_at(5, 4);
  anchor.store_id = "another";
  chain.add(anchor);
  BOOST_TEST(chain.check() == 1U);
  BOOST_TEST(chain.audit.counts().others == 1U);
}

BOOST_AUTO_TEST_CASE(with_a_key_an_anchor_must_be_signed_by_it) {
  audit_problems problems(100);
  std::vector<anchor_verifier> keys;
  keys.push_back(verifier());
  anchor_audit audit("store", std::move(keys));
  const auto value = encode_anchor(anchor_at(5, 4));
  audit.add({"anchors", 0}, 0, value, signer().sign(value), problems);
  BOOST_TEST(problems.total() == 0U);
  audit.add({"anchors", 0}, 1, value, "", problems);
  audit.add({"anchors", 0}, 2, value, signer(other_private_key).sign(value), problems);
  audit.add({"anchors", 0}, 3, encode_anchor(anchor_at(6, 4)), signer().sign(value), problems);
  BOOST_TEST(problems.total() == 3U);
  BOOST_TEST(problems.kept().front().kind == "anchor_signature");
  BOOST_TEST(problems.kept().front().offset == 1);
  BOOST_TEST(audit.counts().refused == 3U);
  BOOST_TEST(audit.counts().compared == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
