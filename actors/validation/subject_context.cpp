#include "actors/validation/subject_context.hpp"

#include "actors/validation/rules/evaluate.hpp"
#include "messages/codec/event_decoder.hpp"

namespace aepro {

subject_context_ptr make_subject_context(std::string study, std::string subject, std::string site,
                                         std::uint32_t version, std::string bytes) {
  auto context = std::make_shared<subject_context>();
  context->known = true;
  context->version = version;
  context->study = std::move(study);
  context->subject = std::move(subject);
  context->site = std::move(site);
  context->bytes = std::move(bytes);
  if (!codec::decode_subject(context->bytes, context->view))
    context->view = {};
  context->dates = rules::parse_reference_dates(*context);
  return context;
}

subject_context_ptr make_unknown_subject(std::string study, std::string subject) {
  auto context = std::make_shared<subject_context>();
  context->study = std::move(study);
  context->subject = std::move(subject);
  return context;
}

} // namespace aepro
