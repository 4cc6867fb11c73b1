#include "messages/variables.hpp"

#include "aepro/v1/event.pb.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(variables)

namespace {

template <class Variable>
void check_table(const google::protobuf::Descriptor& descriptor) {
  std::size_t string_fields = 0;
  for (int i = 0; i < descriptor.field_count(); ++i)
    if (descriptor.field(i)->type() == google::protobuf::FieldDescriptor::TYPE_STRING)
      ++string_fields;
  BOOST_TEST(aepro::variable_table<Variable>().size() == string_fields);
  for (const auto& row : aepro::variable_table<Variable>()) {
    const auto* field = descriptor.FindFieldByNumber(static_cast<int>(row.field_number));
    BOOST_REQUIRE(field != nullptr);
    std::string name = field->name();
    for (auto& letter : name)
      letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    BOOST_TEST(name == row.name);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(the_tables_name_exactly_the_string_fields_of_the_messages) {
  check_table<aepro::ae>(*aepro::v1::AdverseEvent::descriptor());
  check_table<aepro::qs>(*aepro::v1::QuestionnaireResponse::descriptor());
  check_table<aepro::dm>(*aepro::v1::Subject::descriptor());
}

BOOST_AUTO_TEST_CASE(a_variable_knows_its_standard_name) {
  BOOST_TEST(aepro::name_of(aepro::ae::aesdth) == "AESDTH");
}

BOOST_AUTO_TEST_SUITE_END()
