#include "actors/notifier/log_channel.hpp"

#include "actors/common/log.hpp"
#include "actors/notifier/unicode_text.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

constexpr std::size_t field_bytes_max = 100;

class log_channel final : public channel {
public:
  explicit log_channel(line_writer write) : write_(std::move(write)) {}

  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       std::chrono::milliseconds) override {
    std::vector<channel_outcome> outcomes;
    for (const auto& message : messages) {
      const auto field = [&](const char* name) {
        const auto found = message.fields.find(name);
        return found == message.fields.end() ? std::string()
                                             : one_line(found->second, field_bytes_max);
      };
      write_(fmt::format("id {} rule {} urgency {} study {} key {}", field("id"), field("rule"),
                         field("urgency"), field("study"), one_line(message.key, field_bytes_max)));
      outcomes.push_back({.result = attempt_result::delivered, .receipt = "log"});
    }
    return outcomes;
  }

private:
  line_writer write_;
};

} // namespace

std::unique_ptr<channel> make_log_channel(line_writer write) {
  return std::make_unique<log_channel>(std::move(write));
}

std::unique_ptr<channel> make_log_channel() {
  return make_log_channel(
      [](const std::string& line) { log::write(log::level::info, "notifier", "alert", line); });
}

} // namespace aepro
