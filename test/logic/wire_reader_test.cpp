#include "messages/codec/wire_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using aepro::codec::wire_reader;

BOOST_AUTO_TEST_SUITE(wire_readers)

namespace {

using namespace std::string_view_literals;

/// Each test reads from the middle of a longer buffer, so that reading past the end would find
/// bytes.
std::string_view within(std::string& buffer, std::string_view bytes) {
  buffer = "\x01\x01\x01\x01" + std::string(bytes) + std::string(16, '\x01');
  return std::string_view(buffer).substr(4, bytes.size());
}

/// The value of a varint, or -1 where there is none.
std::int64_t varint(std::string_view bytes) {
  std::string buffer;
  wire_reader reader(within(buffer, bytes));
  std::uint64_t value;
  return reader.read_varint(value) ? static_cast<std::int64_t>(value) : -1;
}

std::int64_t tag(std::string_view bytes) {
  std::string buffer;
  wire_reader reader(within(buffer, bytes));
  std::uint32_t value;
  return reader.read_tag(value) ? std::int64_t{value} : -1;
}

/// How many bytes are left after a skip of the value of `tag`, or -1.
int left_after_skip(std::uint32_t tag, std::string_view bytes) {
  std::string buffer;
  const auto message = within(buffer, bytes);
  wire_reader reader(message);
  if (!reader.skip(tag, 2))
    return -1;
  return static_cast<int>(message.data() + message.size() - reader.position());
}

} // namespace

BOOST_AUTO_TEST_CASE(varints_end_within_the_message_and_after_ten_bytes) {
  BOOST_TEST(varint("") == -1);
  BOOST_TEST(varint("\x7f") == 127);
  BOOST_TEST(varint("\x80") == -1);
  BOOST_TEST(varint("\x80\x01") == 128);
  BOOST_TEST(varint("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"sv) == 0);
  BOOST_TEST(varint("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"sv) == -1);
}

BOOST_AUTO_TEST_CASE(tags_name_a_field_in_at_most_five_bytes) {
  BOOST_TEST(tag("") == -1);
  BOOST_TEST(tag("\x08") == 8);
  BOOST_TEST(tag("\x07") == -1); // field 0
  BOOST_TEST(tag("\x82\x01") == 130);
  BOOST_TEST(tag("\x82") == -1);
  BOOST_TEST(tag("\x80\x00"sv) == -1); // field 0 in two bytes
  BOOST_TEST(tag("\x88\x80\x80\x80\x00"sv) == 8);
  BOOST_TEST(tag("\x88\x80\x80\x80\x80\x00"sv) == -1);
}

BOOST_AUTO_TEST_CASE(bytes_lie_within_the_message) {
  for (const auto& [message, length] : {std::pair{"\x00"sv, 0},
                                        {"\x02xy"sv, 2},
                                        {"\x02x"sv, -1},
                                        {"\x03xy"sv, -1},
                                        {""sv, -1},
                                        {"\xff\xff\xff\xff\x0fxyz"sv, -1},
                                        {"\x80\x80\x80\x80\x80\x00"sv, -1}}) {
    std::string buffer;
    wire_reader reader(within(buffer, message));
    std::string_view bytes;
    const bool good = reader.read_bytes(bytes);
    BOOST_TEST((good ? static_cast<int>(bytes.size()) : -1) == length);
  }
}

BOOST_AUTO_TEST_CASE(each_wire_type_is_skipped_by_its_own_length) {
  BOOST_TEST(left_after_skip(8 | 0, "\x80\x01rest") == 4);
  BOOST_TEST(left_after_skip(8 | 1, "12345678rest") == 4);
  BOOST_TEST(left_after_skip(8 | 1, "1234567") == -1);
  BOOST_TEST(left_after_skip(8 | 2, "\x02xyrest") == 4);
  BOOST_TEST(left_after_skip(8 | 5, "1234rest") == 4);
  BOOST_TEST(left_after_skip(8 | 5, "123") == -1);
  for (const std::uint32_t type : {4, 6, 7})
    BOOST_TEST(left_after_skip(8 | type, "12345678") == -1);
}

BOOST_AUTO_TEST_CASE(groups_end_where_they_say_and_nest_to_the_limit) {
  BOOST_TEST(left_after_skip(8 | 3, "\x0crest") == 4);
  BOOST_TEST(left_after_skip(8 | 3, "\x10\x05\x0crest") == 4);
  BOOST_TEST(left_after_skip(8 | 3, "\x0b\x0c\x0crest") == 4);
  BOOST_TEST(left_after_skip(8 | 3, "\x0b\x0b\x0c\x0c\x0c") == -1); // one too deep
  BOOST_TEST(left_after_skip(8 | 3, "\x14") == -1);                 // ends field 2
  BOOST_TEST(left_after_skip(8 | 3, "\x10\x05") == -1);             // never ends
}

BOOST_AUTO_TEST_SUITE_END()
