/// What a publisher works with: a store with cursors and a sink, which fail as the draw says.

#include "messages/error_text.hpp"
#include "messages/type_ids.hpp"
#include "sim_outbox.hpp"

#include <algorithm>
#include <stdexcept>

namespace aepro::simulation {

namespace {

using std::chrono::milliseconds;

caf::error unavailable(std::string text) {
  return caf::make_error(errc::store_unavailable, std::move(text));
}

} // namespace

class sim_publication final : public publication_store {
public:
  sim_publication(sim_outbox& outbox, std::string node, std::size_t letters_max)
      : outbox_(outbox), node_(std::move(node)), letters_max_(letters_max) {}

  caf::expected<std::string> store_id() override { return std::string("simulated"); }

  caf::expected<std::vector<publication_state>> states() override {
    if (auto refused = refusal())
      return refused;
    outbox_.database_.starve(node_, "publishing");
    auto all = outbox_.database_.model.publication_states();
    for (auto& state : all) {
      const auto& at = outbox_.cursors_[state.claim.stream];
      state.dead_letters_next = at.dead_letters_next;
      state.anchored = at.anchored;
      const auto letters = outbox_.database_.outbox.of(state.claim.stream);
      state.has_dead_letters = !letters.empty() && letters.back() >= at.dead_letters_next;
    }
    return all;
  }

  caf::expected<std::vector<dead_letter>> dead_letters(const publication_state& stream,
                                                       const dead_letter_limits& limits) override {
    if (auto refused = refusal())
      return refused;
    if (limits.records_max > letters_max_)
      outbox_.log_.violated("bounds: {} asks for {} dead letters, of {} at a time", node_,
                            limits.records_max, letters_max_);
    std::vector<dead_letter> found;
    const auto letters = outbox_.database_.outbox.of(stream.claim.stream);
    for (const auto& [offset, value, at] : outbox_.broker_.logs().at(stream.claim.stream))
      if (offset >= stream.dead_letters_next && found.size() < limits.records_max &&
          std::ranges::binary_search(letters, offset))
        found.push_back({offset, 1'000, rejection::undecodable, std::nullopt, value, {}});
    return found;
  }

  caf::expected<bool> advance(const publication_state& stream, publication what,
                              std::int64_t next_offset) override {
    if (auto refused = refusal())
      return refused;
    const auto& name = stream.claim.stream;
    auto& at = outbox_.cursors_[name];
    auto& cursor = what == publication::dead_letters ? at.dead_letters_next : at.anchored;
    if (outbox_.database_.model.epoch(name) != stream.claim.epoch || cursor >= next_offset)
      return false;
    outbox_.check_advance(name, what, next_offset);
    cursor = next_offset;
    outbox_.log_.say("cursor {} {} {}", static_cast<int>(what), text_of(name), next_offset);
    if (outbox_.fires("cursor-answer-lost", outbox_.profile_.publication_fails, node_))
      return unavailable("simulated: answer lost");
    if (outbox_.fires("publication-throws", outbox_.profile_.publisher_throws, node_))
      throw std::runtime_error("simulated");
    return true;
  }

private:
  caf::error refusal() {
    if (!outbox_.database_.is_up())
      return unavailable("simulated: down");
    if (outbox_.fires("publication-fails", outbox_.profile_.publication_fails, node_))
      return unavailable("simulated");
    return {};
  }

  sim_outbox& outbox_;
  std::string node_;
  std::size_t letters_max_;
};

class sim_sink final : public outbound_sink {
public:
  sim_sink(sim_outbox& outbox, std::string node, std::size_t letters_max)
      : outbox_(outbox), node_(std::move(node)), letters_max_(letters_max) {}

  caf::expected<std::vector<std::size_t>> publish(std::span<const outgoing_record> records,
                                                  milliseconds) override {
    if (failed_)
      outbox_.log_.violated("{} uses a sink again that has failed", node_);
    std::size_t letters = 0;
    for (const auto& record : records)
      letters += record.topic == sim_outbox::dead_letters_topic ? 1 : 0;
    if (letters > letters_max_ || records.size() - letters > outbox_.broker_.logs().size())
      outbox_.log_.violated(
          "bounds: {} hands out {} dead letters of {}, and {} anchors of {} streams", node_,
          letters, letters_max_, records.size() - letters, outbox_.broker_.logs().size());
    std::vector<sim_outbox::arrival> all;
    for (const auto& record : records)
      all.push_back(outbox_.check(record));
    auto answer = try_publish(std::move(all), records.empty() ? "" : records.front().topic);
    failed_ = !answer;
    return answer;
  }

private:
  caf::expected<std::vector<std::size_t>> try_publish(std::vector<sim_outbox::arrival> all,
                                                      std::string_view topic) {
    const auto& profile = outbox_.profile_;
    const auto fires = [this](const std::string& kind, std::size_t chance) {
      return outbox_.fires(kind, chance, node_);
    };
    if (fires("sink-refuses", profile.sink_refuses))
      return caf::make_error(outbox_.random_.chance(300) ? errc::authorization_denied
                                                         : errc::broker_unavailable,
                             fmt::format("simulated: {}", topic));
    if (fires("sink-throws", profile.publisher_throws))
      throw std::runtime_error("simulated");
    if (fires("sink-takes-a-part", profile.sink_refuses))
      return take_part(std::move(all), 0);
    if (fires("sink-late", profile.sink_late))
      return take_part(std::move(all), outbox_.random_.between(1, 20'000));
    outbox_.arrive(all);
    if (fires("acknowledgement-lost", profile.sink_late))
      return caf::make_error(errc::broker_unavailable, "simulated: no acknowledgement");
    outbox_.acknowledge(all);
    return std::vector<std::size_t>{};
  }

  /// The first ones arrive at once, the others after `delay`; 0: never. Nothing is acknowledged.
  caf::error take_part(std::vector<sim_outbox::arrival> all, std::int64_t delay) {
    const auto cut =
        all.begin() + static_cast<std::ptrdiff_t>(outbox_.random_.below(all.size() + 1));
    outbox_.arrive({all.begin(), cut});
    if (delay > 0)
      outbox_.delayed_.push_back({outbox_.broker_.now() + milliseconds{delay}, {cut, all.end()}});
    return caf::make_error(errc::broker_unavailable, "simulated: no acknowledgement in time");
  }

  sim_outbox& outbox_;
  std::string node_;
  std::size_t letters_max_; ///< At a time.
  bool failed_ = false;
};

publisher_options sim_outbox::options_for(const std::string& node) {
  publisher_options options;
  options.dead_letters_topic = dead_letters_topic;
  options.anchors_topic = anchors_topic;
  const auto letters_max = options.limits.records_max = 1 + random_.below(6);
  options.open_store = [this, node,
                        letters_max]() -> caf::expected<std::unique_ptr<publication_store>> {
    if (!database_.is_up())
      return unavailable("simulated: down");
    return std::unique_ptr<publication_store>{
        std::make_unique<sim_publication>(*this, node, letters_max)};
  };
  options.open_outlet = [this, node,
                         letters_max]() -> caf::expected<std::unique_ptr<outbound_sink>> {
    return std::unique_ptr<outbound_sink>{std::make_unique<sim_sink>(*this, node, letters_max)};
  };
  options.interval = milliseconds{random_.between(100, 2'000)};
  options.anchor_interval = milliseconds{random_.between(500, 10'000)};
  options.patience = milliseconds{random_.between(500, 5'000)};
  options.retry = {milliseconds{50}, milliseconds{random_.between(100, 5'000)}};
  options.seed = random_.next();
  options.detach = false;
  return options;
}

} // namespace aepro::simulation
