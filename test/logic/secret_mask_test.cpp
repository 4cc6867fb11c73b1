#include "actors/notifier/secret_mask.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace data = boost::unit_test::data;
using namespace aepro;

BOOST_AUTO_TEST_SUITE(secret_mask)

namespace {

const std::string secret = "k3y/with+\"odd\" letters";

/// Made with Python's base64, urllib.parse and json.
const std::vector<std::string> echoes{
    "k3y/with+\"odd\" letters",
    "k3y%2Fwith%2B%22odd%22%20letters",
    "k3y%2fwith%2b%22odd%22%20letters",
    R"(k3y/with+\"odd\" letters)",
    "k3y/with+&quot;odd&quot; letters",
    "6b33792f776974682b226f646422206c657474657273",
    "6B33792F776974682B226F646422206C657474657273",
    "azN5L3dpdGgrIm9kZCIgbGV0dGVycw==",         // Alone.
    "YWVwcm86azN5L3dpdGgrIm9kZCIgbGV0dGVycw==", // aepro:SECRET
    "eDprM3kvd2l0aCsib2RkIiBsZXR0ZXJz",         // x:SECRET
    "OmszeS93aXRoKyJvZGQiIGxldHRlcnM6eg==",     // :SECRET:z
};

} // namespace

BOOST_DATA_TEST_CASE(a_secret_is_masked_however_it_is_written, data::make(echoes), echo) {
  const auto said = masked("before " + echo + " after", secret);
  BOOST_TEST(said.find("***") != std::string::npos, said);
  BOOST_TEST(said.starts_with("before "));
  BOOST_TEST(said.ends_with(" after"));
  for (const auto* part : {"3y/with", "3y%2", "792f77", "792F77", "dpdGgr", "d2l0aCs", "93aXRoK"})
    BOOST_TEST(said.find(part) == std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(what_is_no_secret_stays) {
  const std::string text = "250 OK id=1tGxyz-0003Bc azN5 k3y";
  BOOST_TEST(masked(text, secret) == text);
  BOOST_TEST(masked(text, "") == text);
  BOOST_TEST(masked(text, "x") == "250 OK id=1tG***yz-0003Bc azN5 k3y");
}

BOOST_AUTO_TEST_SUITE_END()
