// The table's numbers are those of the libraries.
#include "actors/common/error_table.hpp"

#include <boost/test/unit_test.hpp>

#include <librdkafka/rdkafka.h>
#include <sqlite3.h>

#include <map>
#include <string>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(error_codes)

BOOST_AUTO_TEST_CASE(librdkafka_s_rows_name_its_codes) {
  for (const auto& row : error_table())
    if (row.system == error_system::librdkafka)
      BOOST_TEST(rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(row.number)) ==
                 std::string(row.name));
}

BOOST_AUTO_TEST_CASE(sqlite_s_rows_name_its_codes) {
  const std::map<std::string_view, int> numbers{{"SQLITE_OK", SQLITE_OK},
                                                {"SQLITE_ROW", SQLITE_ROW},
                                                {"SQLITE_DONE", SQLITE_DONE},
                                                {"SQLITE_BUSY", SQLITE_BUSY},
                                                {"SQLITE_LOCKED", SQLITE_LOCKED},
                                                {"SQLITE_PROTOCOL", SQLITE_PROTOCOL},
                                                {"SQLITE_FULL", SQLITE_FULL},
                                                {"SQLITE_INTERRUPT", SQLITE_INTERRUPT},
                                                {"SQLITE_READONLY", SQLITE_READONLY},
                                                {"SQLITE_IOERR", SQLITE_IOERR},
                                                {"SQLITE_CANTOPEN", SQLITE_CANTOPEN},
                                                {"SQLITE_NOMEM", SQLITE_NOMEM}};
  for (const auto& row : error_table())
    if (row.system == error_system::sqlite)
      BOOST_TEST(numbers.at(row.name) == row.number, row.name);
}

BOOST_AUTO_TEST_CASE(extended_codes_of_sqlite_mean_what_their_primary_code_means) {
  BOOST_TEST((classify_sqlite(SQLITE_BUSY_SNAPSHOT) == errc::store_busy));
  BOOST_TEST((classify_sqlite(SQLITE_READONLY_DBMOVED) == errc::store_full));
  BOOST_TEST((classify_sqlite(SQLITE_IOERR_FSYNC) == errc::store_unavailable));
  BOOST_TEST((classify_sqlite(SQLITE_CORRUPT_INDEX) == errc::store_broken));
  BOOST_TEST((classify_sqlite(SQLITE_CONSTRAINT_CHECK) == errc::store_broken));
}

BOOST_AUTO_TEST_SUITE_END()
