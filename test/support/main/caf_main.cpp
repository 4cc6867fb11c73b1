#define BOOST_TEST_MODULE aepro
#include "messages/type_ids.hpp"

#include <boost/test/unit_test.hpp>

namespace {

/// caf::error values of ours need their types known, with or without an actor system.
struct caf_types {
  caf_types() {
    caf::init_global_meta_objects<caf::id_block::aepro>();
    caf::core::init_global_meta_objects();
  }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(caf_types);
