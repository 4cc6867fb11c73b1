#define BOOST_TEST_MODULE aepro
#include <boost/test/unit_test.hpp>
