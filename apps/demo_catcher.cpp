#include "apps/demo_catcher.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

class demo_catcher final : public channel {
public:
  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       std::chrono::milliseconds) override {
    std::vector<channel_outcome> outcomes;
    for (std::size_t i = 0; i < messages.size(); ++i)
      outcomes.push_back({attempt_result::delivered, fmt::format("caught {}", ++caught_), "",
                          std::chrono::milliseconds{0}});
    return outcomes;
  }

private:
  std::uint64_t caught_ = 0;
};

} // namespace

void add_demo_desk(settings& values) {
  channel_settings catcher;
  catcher.name = "catcher";
  recipient_settings desk;
  desk.name = "safety desk";
  desk.roles = {values.notifier.fallback_role};
  desk.addresses = {{catcher.name, "desk@example.org"}};
  values.alerts = {{std::move(catcher)}, {std::move(desk)}, {}};
}

void catch_alerts(pipeline_options& options) {
  options.notifier.channel_opener = [](const channel_settings&) {
    return [] { return caf::expected<std::unique_ptr<channel>>{std::make_unique<demo_catcher>()}; };
  };
}

} // namespace aepro
