/// What a notifier works with: a store with notifications and channels, which fail as the draw
/// says.

#include "messages/error_text.hpp"
#include "sim_people.hpp"

#include <stdexcept>

namespace aepro::simulation {

namespace {

using std::chrono::milliseconds;

caf::error unavailable(std::string text) {
  return caf::make_error(errc::store_unavailable, std::move(text));
}

/// What a notifier may ask for at a time.
struct notification_limits {
  std::size_t page_max = 0, in_flight_max = 0, flood_max = 0;
};

} // namespace

/// The tables are those of the fake, which the contract suite holds to what databases do; the
/// faults are ours.
class sim_notifications final : public notification_store {
public:
  sim_notifications(sim_people& people, std::string node, const notification_limits& limits)
      : people_(people), node_(std::move(node)), limits_(limits), tables_(people.tables_) {}

  caf::expected<unix_milliseconds> now() override {
    return call<unix_milliseconds>([this] { return tables_.now(); });
  }
  caf::expected<std::string> store_id() override {
    return call<std::string>([this] { return tables_.store_id(); });
  }
  caf::expected<alert_page> new_alerts(const stream_name& stream, std::size_t alerts_max) override {
    check("alerts of a page", alerts_max, limits_.page_max);
    people_.read_alerts(stream);
    return call<alert_page>([&] { return tables_.new_alerts(stream, alerts_max); });
  }
  caf::expected<bool> take_up(const stream_claim& claim, const alert_page& page,
                              const std::vector<notification>& made) override {
    auto& model = people_.database_.model;
    people_.tables_.epochs[claim.stream] = model.epoch(claim.stream);
    if (page.next_offset > std::max<std::int64_t>(model.next_offset(claim.stream), 0))
      return call<bool>([] { return caf::expected<bool>(false); });
    return call<bool>([&] { return tables_.take_up(claim, page, made); });
  }
  caf::expected<bool> add(const notification& made) override {
    return call<bool>([&] { return tables_.add(made); });
  }
  caf::expected<std::vector<leased_notification>>
  lease(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
        std::size_t count_max, urgency least) override {
    check("deliveries", count_max, limits_.in_flight_max);
    return call<std::vector<leased_notification>>(
        [&] { return tables_.lease(now, lease_ms, node, count_max, least); });
  }
  caf::expected<std::vector<notification_flood>> floods(unix_milliseconds now,
                                                        const flood_limits& limits) override {
    return call<std::vector<notification_flood>>([&] { return tables_.floods(now, limits); });
  }
  caf::expected<std::vector<leased_notification>>
  lease_flood(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
              const notification_flood& flood, const flood_limits& limits) override {
    check("alerts of a flood", limits.count_max, limits_.flood_max);
    return call<std::vector<leased_notification>>(
        [&] { return tables_.lease_flood(now, lease_ms, node, flood, limits); });
  }
  caf::expected<void> report(const std::vector<delivery_report>& reports) override {
    auto known = reports; // Others are of before a fail-over.
    std::erase_if(known,
                  [this](const auto& one) { return !people_.tables_.rows.contains(one.after.id); });
    return call<void>([&] { return tables_.report(known); });
  }
  caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) override {
    return tables_.mutes(now);
  }
  caf::expected<std::vector<shown_notification>> list(const notification_filter& filter) override {
    return tables_.list(filter);
  }
  caf::expected<std::vector<std::int64_t>> counts() override {
    return call<std::vector<std::int64_t>>([this] { return tables_.counts(); });
  }
  caf::expected<std::optional<notification>> acknowledge(std::int64_t id,
                                                         const operator_action& by) override {
    return tables_.acknowledge(id, by);
  }
  caf::expected<std::optional<notification>> retry(std::int64_t id,
                                                   const operator_action& by) override {
    return tables_.retry(id, by);
  }
  caf::expected<std::int64_t> mute(const notification_mute& made,
                                   const operator_action& by) override {
    return tables_.mute(made, by);
  }
  caf::expected<bool> unmute(std::int64_t id, const operator_action& by) override {
    return tables_.unmute(id, by);
  }
  caf::expected<std::vector<operator_action>> actions(std::size_t most) override {
    return tables_.actions(most);
  }

private:
  void check(const char* what, std::size_t wanted, std::size_t most) const {
    if (wanted > most)
      people_.log_.violated("bounds: {} asks for {} {}, of {} at a time", node_, wanted, what,
                            most);
  }

  /// Fails before it does anything, or after it has done all, or throws.
  template <class Result, class Do>
  caf::expected<Result> call(Do act) {
    if (!people_.database_.is_up())
      return unavailable("simulated: down");
    if (people_.fires("notification-fails", people_.profile_.publication_fails, node_))
      return unavailable("simulated");
    auto result = act();
    if (people_.fires("notification-answer-lost", people_.profile_.publication_fails, node_))
      return unavailable("simulated: answer lost");
    if (people_.fires("notification-throws", people_.profile_.publisher_throws, node_))
      throw std::runtime_error("simulated");
    return result;
  }

  sim_people& people_;
  std::string node_;
  notification_limits limits_;
  test::scripted_notification_store tables_;
};

class sim_channel final : public channel {
public:
  sim_channel(sim_people& people, std::string node, std::string name)
      : people_(people), node_(std::move(node)), name_(std::move(name)) {}

  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       milliseconds) override {
    if (people_.fires("channel-throws", people_.profile_.publisher_throws, node_))
      throw std::runtime_error("simulated");
    std::vector<channel_outcome> outcomes;
    for (const auto& message : messages)
      outcomes.push_back({deliver(message), "receipt", "simulated", milliseconds{0}});
    return outcomes;
  }

private:
  attempt_result deliver(const channel_message& message) {
    if (people_.fires("channel-fails", people_.profile_.sink_refuses, node_))
      return attempt_result::failed;
    people_.arrive(name_, message);
    if (people_.fires("channel-answer-lost", people_.profile_.sink_late, node_))
      return attempt_result::failed;
    return attempt_result::delivered;
  }

  sim_people& people_;
  std::string node_, name_;
};

notifier_options sim_people::options_for(const std::string& node) {
  using namespace std::chrono_literals;
  notifier_options options;
  options.channel_opener = [this, node](const channel_settings& settings) {
    return [this, node, name = settings.name]() -> caf::expected<std::unique_ptr<channel>> {
      return std::unique_ptr<channel>{std::make_unique<sim_channel>(*this, node, name)};
    };
  };
  for (const auto* name : {"mail", "robot"})
    options.rules.channels.emplace_back().name = name;
  options.rules.channels.front().type = channel_type::smtp; // For people: floods come as digests.
  auto& desk = options.rules.recipients.emplace_back();
  desk.name = "desk";
  desk.roles = {"safety-desk"};
  desk.addresses = {{"mail", "desk@example.org"}, {"robot", "desk"}};
  options.node = node;
  options.node_clock = [this] { return store_time(broker_.now()); };
  options.escalation = {
      {10s, 60s}, {20s, 120s}, {40s, 0ms}, 500ms, milliseconds{random_.between(1'000, 10'000)}};
  options.interval = milliseconds{random_.between(100, 2'000)};
  options.lease = milliseconds{random_.between(10'000, 30'000)};
  options.patience = milliseconds{random_.between(500, 5'000)};
  options.in_flight_max = 1 + random_.below(10);
  options.page_max = 1 + random_.below(6);
  const auto digest_from = random_.below(4);
  options.digests = {{digest_from, digest_from + 1 + random_.below(20), random_.between(0, 5'000)},
                     milliseconds{random_.between(0, 5'000)}};
  options.seed = random_.next();
  options.detach = false;
  const notification_limits limits{options.page_max, options.in_flight_max,
                                   options.digests.limits.count_max};
  options.open_store = [this, node,
                        limits]() -> caf::expected<std::unique_ptr<notification_store>> {
    if (!database_.is_up())
      return unavailable("simulated: down");
    return std::unique_ptr<notification_store>{
        std::make_unique<sim_notifications>(*this, node, limits)};
  };
  return options;
}

} // namespace aepro::simulation
