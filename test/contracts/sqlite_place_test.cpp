#include "actors/storage/sqlite_place.hpp"
#include "test/support/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(sqlite_place)

BOOST_AUTO_TEST_CASE(a_store_that_cannot_be_read_as_usual_is_read_only_if_nothing_is_missing) {
  BOOST_TEST((choose_sqlite_reading({.folder_is_writable = true, .wal_bytes = 0}) ==
              sqlite_reading::as_usual));
  BOOST_TEST((choose_sqlite_reading({.folder_is_writable = true, .wal_bytes = 1}) ==
              sqlite_reading::as_usual));
  BOOST_TEST((choose_sqlite_reading({.folder_is_writable = false, .wal_bytes = 0}) ==
              sqlite_reading::immutable));
  BOOST_TEST((choose_sqlite_reading({.folder_is_writable = false, .wal_bytes = 1}) ==
              sqlite_reading::refused));
}

BOOST_AUTO_TEST_CASE(a_place_is_looked_at_and_left_as_it_was) {
  const temporary_folder folder;
  const auto path = (folder.path() / "x.sqlite").string();
  BOOST_TEST(find_sqlite_place_trouble(path) == "");
  BOOST_TEST(look_at_sqlite_place(path).folder_is_writable);
  BOOST_TEST(look_at_sqlite_place(path).wal_bytes == 0U);
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  std::ofstream(path + "-wal") << "123";
  BOOST_TEST(look_at_sqlite_place(path).wal_bytes == 3U);
  BOOST_TEST(find_sqlite_place_trouble("x.sqlite") == ""); // In the current folder.
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_hold_a_store_is_explained) {
  BOOST_TEST(
      find_sqlite_place_trouble("/no/such/x.sqlite").find("the folder /no/such does not exist") ==
      0U);
  BOOST_TEST(find_sqlite_place_trouble("/dev/null/x.sqlite").find("/dev/null is not a folder") ==
             0U);
  BOOST_TEST(find_sqlite_place_trouble("/dev").find("/dev is a folder; name a file in it") == 0U);
  BOOST_TEST(
      find_sqlite_place_trouble("/proc/x.sqlite").find("no file can be made in the folder /proc") ==
      0U);
  BOOST_TEST(!look_at_sqlite_place("/proc/x.sqlite").folder_is_writable);
}

BOOST_AUTO_TEST_SUITE_END()
