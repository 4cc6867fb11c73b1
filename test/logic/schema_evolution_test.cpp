#include "aepro/v1/event.pb.h"
#include "aepro/v1/ledger.pb.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

// The rules of messages/proto/aepro/v1/event.proto, against the schema as it was released
// (messages/proto/released.textproto, written by scripts/release-schema).
BOOST_AUTO_TEST_SUITE(schema_evolution)

namespace {

using namespace google::protobuf;

FileDescriptorSet released() {
  std::ifstream file(std::string(AEPRO_SOURCE_DIR) + "/messages/proto/released.textproto");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  FileDescriptorSet set;
  BOOST_REQUIRE(TextFormat::ParseFromString(text, &set));
  BOOST_REQUIRE(set.file_size() > 3);
  return set;
}

template <class Ranges>
bool is_reserved(const Ranges& ranges, int number) {
  for (const auto& range : ranges)
    if (number >= range.start() && number < range.end())
      return true;
  return false;
}

/// Returns what of the released message is broken in the present one.
std::vector<std::string> breaks(const DescriptorProto& then, const DescriptorProto& now) {
  std::vector<std::string> found;
  for (const auto& field : then.field()) {
    const auto name = then.name() + "." + field.name();
    const FieldDescriptorProto* by_number = nullptr;
    for (const auto& candidate : now.field()) {
      if (candidate.number() == field.number())
        by_number = &candidate;
      else if (candidate.name() == field.name())
        found.push_back(name + " has another number");
    }
    if (by_number == nullptr) {
      if (!is_reserved(now.reserved_range(), field.number()))
        found.push_back(name + " is gone and its number is not reserved");
      continue;
    }
    if (by_number->name() != field.name())
      found.push_back(name + " has another name");
    if (by_number->type() != field.type() || by_number->type_name() != field.type_name())
      found.push_back(name + " has another type");
    if (by_number->label() != field.label())
      found.push_back(name + " is repeated or no longer so");
    if (by_number->has_oneof_index() != field.has_oneof_index())
      found.push_back(name + " moved into or out of a oneof");
  }
  return found;
}

std::vector<std::string> breaks(const EnumDescriptorProto& then, const EnumDescriptorProto& now) {
  std::vector<std::string> found;
  for (const auto& value : then.value()) {
    bool kept = false;
    for (const auto& candidate : now.value())
      kept = kept || (candidate.number() == value.number() && candidate.name() == value.name());
    if (!kept)
      found.push_back(then.name() + "." + value.name() + " is gone or changed");
  }
  return found;
}

/// Returns what of the released files is broken in this build.
std::vector<std::string> breaks_of_build() {
  std::vector<std::string> found;
  const auto add = [&found](const std::vector<std::string>& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  const auto then = released();
  for (const auto& file : then.file()) {
    const auto* present = DescriptorPool::generated_pool()->FindFileByName(file.name());
    if (present == nullptr) {
      found.push_back(file.name() + " is gone");
      continue;
    }
    for (const auto& message : file.message_type()) {
      const auto* now = present->FindMessageTypeByName(message.name());
      DescriptorProto copy;
      if (now != nullptr)
        now->CopyTo(&copy);
      add(breaks(message, copy));
    }
    for (const auto& values : file.enum_type()) {
      const auto* now = present->FindEnumTypeByName(values.name());
      EnumDescriptorProto copy;
      if (now != nullptr)
        now->CopyTo(&copy);
      add(breaks(values, copy));
    }
  }
  return found;
}

DescriptorProto subject_now() {
  DescriptorProto copy;
  aepro::v1::Subject::descriptor()->CopyTo(&copy);
  return copy;
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_of_the_released_schema_is_broken) {
  // Names every file, so that the linker keeps all of their descriptors.
  BOOST_TEST(aepro::v1::Event::descriptor()->file() != nullptr);
  BOOST_TEST(aepro::v1::SegmentRecords::descriptor()->file() != nullptr);
  for (const auto& broken : breaks_of_build())
    BOOST_ERROR(broken);
}

BOOST_AUTO_TEST_CASE(each_way_of_breaking_a_message_is_seen) {
  const auto then = subject_now();
  BOOST_TEST(breaks(then, then).empty());
  auto now = then;
  now.mutable_field(2)->set_number(99);
  BOOST_TEST(breaks(then, now).size() == 2u); // another number, and the old one is gone
  now = then;
  now.mutable_field(2)->set_name("other");
  BOOST_TEST(breaks(then, now).front() == "Subject.rfendtc has another name");
  now = then;
  now.mutable_field(2)->set_type(FieldDescriptorProto::TYPE_INT64);
  BOOST_TEST(breaks(then, now).front() == "Subject.rfendtc has another type");
  now = then;
  now.mutable_field(2)->set_label(FieldDescriptorProto::LABEL_REPEATED);
  BOOST_TEST(breaks(then, now).size() == 1u);
  now = then;
  now.mutable_field(2)->set_oneof_index(0);
  BOOST_TEST(breaks(then, now).size() == 1u);
  now = then;
  now.mutable_field()->DeleteSubrange(2, 1);
  BOOST_TEST(breaks(then, now).size() == 1u);
  auto& range = *now.add_reserved_range();
  range.set_start(3);
  range.set_end(4);
  BOOST_TEST(breaks(then, now).empty());
  now = then;
  auto& field = *now.add_field();
  field.set_name("new");
  field.set_number(100);
  BOOST_TEST(breaks(then, now).empty());
}

BOOST_AUTO_TEST_CASE(enums_may_only_grow) {
  EnumDescriptorProto then;
  aepro::v1::ReportKind_descriptor()->CopyTo(&then);
  auto now = then;
  auto& value = *now.add_value();
  value.set_name("REPORT_KIND_NEW");
  value.set_number(9);
  BOOST_TEST(breaks(then, now).empty());
  BOOST_TEST(breaks(now, then).size() == 1u);
  now = then;
  now.mutable_value(1)->set_number(7);
  BOOST_TEST(breaks(then, now).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
