#include "actors/common/invariant.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(invariant_rules)

BOOST_AUTO_TEST_CASE(what_holds_goes_on_and_what_does_not_is_thrown_with_its_name) {
  const auto before = invariants_broken.load();
  BOOST_CHECK_NO_THROW(invariant(true, "never said"));
  BOOST_TEST(invariants_broken == before);
  BOOST_CHECK_EXCEPTION(
      invariant(false, "more came back than was given"), broken_invariant,
      [](const auto& said) { return said.what() == std::string("more came back than was given"); });
  BOOST_TEST(invariants_broken == before + 1);
}

BOOST_AUTO_TEST_SUITE_END()
