#include "actors/publish/kafka_topics.hpp"
#include "support/real_kafka.hpp"
#include "support/run_program.hpp"
#include "test/support/store/store_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(foreign_store)

BOOST_DATA_TEST_CASE(a_node_stops_at_a_database_of_others,
                     data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  const auto values = kafka_settings("foreign-" + std::to_string(getpid()));
  value_of(create_topics(values, topic_names(values), 15s));
  store_under_test store(kind);
  const auto url = foreign_database_url(store, "CREATE TABLE payroll (salary integer)");
  const auto run =
      run_aepro({"run",
                 "--until-idle",
                 "5",
                 "--store",
                 url,
                 "--brokers",
                 values.brokers,
                 "--set",
                 "kafka.security.protocol=plaintext",
                 "--set",
                 "group=" + values.group,
                 "--set",
                 "topics.adverse_events=" + values.topics.adverse_events,
                 "--set",
                 "topics.questionnaire_responses=" + values.topics.questionnaire_responses,
                 "--set",
                 "topics.subjects=" + values.topics.subjects,
                 "--set",
                 "topics.dead_letters=" + values.topics.dead_letters,
                 "--set",
                 "topics.ledger_anchors=" + values.topics.ledger_anchors});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("no aepro store, and a table of others (payroll)") !=
                 std::string::npos,
             run.errors);
  BOOST_TEST(run_sql(url, "SELECT count(*) FROM payroll") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
