#include "test/support/bytes_schema.hpp"

#include "aepro/v1/event.pb.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

namespace aepro::test {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::Message;

struct bytes_schema {
  google::protobuf::DescriptorPool pool;
  google::protobuf::DynamicMessageFactory factory{&pool};
  const Message* event = nullptr;

  bytes_schema() {
    add(*v1::Event::descriptor()->file());
    event = factory.GetPrototype(pool.FindMessageTypeByName("aepro.v1.Event"));
  }

  void add(const google::protobuf::FileDescriptor& file) {
    for (int i = 0; i < file.dependency_count(); ++i)
      add(*file.dependency(i));
    if (pool.FindFileByName(file.name()) != nullptr)
      return;
    google::protobuf::FileDescriptorProto copy;
    file.CopyTo(&copy);
    for (auto& message : *copy.mutable_message_type())
      for (auto& field : *message.mutable_field())
        if (field.type() == FieldDescriptorProto::TYPE_STRING)
          field.set_type(FieldDescriptorProto::TYPE_BYTES);
    pool.BuildFile(copy);
  }
};

/// Field access by number on a dynamic message.
struct reader {
  const Message& message;

  const google::protobuf::FieldDescriptor* field(int number) const {
    return message.GetDescriptor()->FindFieldByNumber(number);
  }
  std::string text(int number) const {
    return message.GetReflection()->GetString(message, field(number));
  }
  bool has(int number) const { return message.GetReflection()->HasField(message, field(number)); }
  reader part(int number) const {
    return {message.GetReflection()->GetMessage(message, field(number))};
  }
};

class comparison {
public:
  std::optional<std::string> result;

  void equal(const auto& ours, const auto& theirs, std::string_view what) {
    if (!result && ours != theirs)
      result = "another value of " + std::string(what);
  }

  void instants(const instant_view& ours, const reader& owner, int number) {
    equal(ours.present, owner.has(number), "presence of an instant");
    if (!ours.present || result)
      return;
    const auto part = owner.part(number);
    const auto* reflection = part.message.GetReflection();
    equal(ours.unix_ms, reflection->GetInt64(part.message, part.field(1)), "unix_milliseconds");
    equal(ours.utc_offset_minutes, reflection->GetInt32(part.message, part.field(2)), "offset");
  }

  template <class Variable>
  void texts(const variable_texts<Variable>& ours, const reader& theirs) {
    const auto rows = variable_table<Variable>();
    for (std::size_t i = 0; i < rows.size(); ++i)
      equal(ours.table()[i], theirs.text(static_cast<int>(rows[i].field_number)), rows[i].name);
  }

  void version_and_enum(std::uint32_t version, std::int32_t number, const reader& theirs) {
    const auto* reflection = theirs.message.GetReflection();
    equal(version, reflection->GetUInt32(theirs.message, theirs.field(2)), "version");
    equal(number, reflection->GetEnumValue(theirs.message, theirs.field(3)), "enum");
  }

  void responses(const questionnaire_response_view& ours, const reader& theirs) {
    texts(ours, theirs);
    version_and_enum(ours.response_version, ours.status, theirs);
    instants(ours.started_at, theirs, 9);
    instants(ours.completed_at, theirs, 10);
    instants(ours.received_at, theirs, 11);
    const auto* reflection = theirs.message.GetReflection();
    const auto* field = theirs.field(12);
    equal(ours.answers.size(),
          static_cast<std::size_t>(reflection->FieldSize(theirs.message, field)), "answers");
    for (std::size_t i = 0; i < ours.answers.size() && !result; ++i) {
      const reader answer{
          reflection->GetRepeatedMessage(theirs.message, field, static_cast<int>(i))};
      equal(ours.answers[i].link_id, answer.text(1), "link_id");
      equal(ours.answers[i].value, answer.text(2), "value");
      equal(ours.answers[i].missing_reason, answer.text(3), "missing_reason");
    }
  }

  void events(const event_view& ours, const reader& theirs) {
    const std::string_view texts_of_event[] = {ours.event_id, ours.study, ours.site, ours.subject,
                                               ours.source_system};
    for (int i = 0; i < 5; ++i)
      equal(texts_of_event[i], theirs.text(i + 1), "a text of the envelope");
    instants(ours.recorded_at, theirs, 6);
    instants(ours.sent_at, theirs, 7);
    instants(ours.deadline, theirs, 8);
    equal(ours.traceparent, theirs.text(9), "traceparent");
    equal(ours.tracestate, theirs.text(10), "tracestate");
    equal(ours.kind == event_kind::adverse_event, theirs.has(16), "kind");
    equal(ours.kind == event_kind::questionnaire_response, theirs.has(17), "kind");
    equal(ours.kind == event_kind::subject, theirs.has(18), "kind");
    if (result)
      return;
    if (const auto* adverse = std::get_if<adverse_event_view>(&ours.body)) {
      texts(*adverse, theirs.part(16));
      version_and_enum(adverse->report_version, adverse->kind, theirs.part(16));
    } else if (const auto* response = std::get_if<questionnaire_response_view>(&ours.body)) {
      responses(*response, theirs.part(17));
    } else if (const auto* subject = std::get_if<subject_view>(&ours.body)) {
      texts(*subject, theirs.part(18));
    }
  }
};

} // namespace

std::unique_ptr<Message> parse_with_protobuf(std::string_view bytes) {
  static const bytes_schema schema;
  std::unique_ptr<Message> message(schema.event->New());
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return nullptr;
  return message;
}

std::optional<std::string> difference(bool decoded, const event_view& ours, const Message* theirs) {
  if (decoded != (theirs != nullptr))
    return decoded ? "only we decode it" : "only Protobuf decodes it";
  if (!decoded)
    return std::nullopt;
  comparison compare;
  compare.events(ours, {*theirs});
  return compare.result;
}

} // namespace aepro::test
