#include "test/support/contracts/tamperings.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(ledger_tampering)

BOOST_DATA_TEST_CASE(tampering_is_found_and_named, databases* data::make(tamperings()), kind,
                     entry) {
  store_under_test store(kind);
  fill(*store.connect());
  entry.apply(store);
  BOOST_TEST(names(audit(store), entry.kind, entry.offset));
}

BOOST_AUTO_TEST_SUITE_END()
