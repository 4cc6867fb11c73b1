#pragma once

/// Publishes dead letters and ledger anchors out of the store, at least once, behind durable
/// cursors.

#include "actors/common/trouble_log.hpp"
#include "actors/ingest/retry_schedule.hpp"
#include "actors/outbound/anchor_signature.hpp"
#include "actors/outbound/outbound_sink.hpp"
#include "actors/storage/publication_store.hpp"
#include "messages/interfaces.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <random>

namespace aepro {

/// Called on the thread that will use what they open.
using open_publication = std::function<caf::expected<std::unique_ptr<publication_store>>()>;
using open_sink = std::function<caf::expected<std::unique_ptr<outbound_sink>>()>;

struct publisher_options {
  open_publication open_store; ///< Empty: the node publishes nothing.
  open_sink open_outlet;
  std::string dead_letters_topic, anchors_topic;
  dead_letter_limits limits;
  std::chrono::milliseconds interval{1'000}; ///< Between looks while nothing is left.
  std::chrono::milliseconds anchor_interval{60'000};
  std::chrono::milliseconds patience{10'000}; ///< For the broker's acknowledgements of one publish.
  retry_options retry{std::chrono::milliseconds{500}, std::chrono::milliseconds{10'000}};
  std::shared_ptr<const anchor_signer> signer; ///< Null: anchors are not signed.
  std::uint64_t seed = 0;                      ///< Of the backoff's jitter.
  std::shared_ptr<outbound_status> published =
      std::make_shared<outbound_status>(); ///< With the publisher before.
  bool detach = true;                      ///< False only on the simulated scheduler: calls block.
};

struct publisher_state {
  static inline const char* name = "aepro.publisher";
  using time_point = std::chrono::steady_clock::time_point;

  publisher_state(publisher_actor::pointer self, storage_actor storage, publisher_options options);
  publisher_actor::behavior_type make_behavior();

  void look();
  void work(const partition_states& claims);
  void drain(const partition_states& claims);
  void schedule(std::chrono::milliseconds wait);
  caf::expected<bool> publish_round(const partition_states& claims, bool with_anchors);
  caf::error publish_dead_letters(const publication_state& stream);
  caf::error publish_anchors(const std::vector<publication_state>& streams);
  caf::error send(std::span<const outgoing_record> records, std::vector<std::size_t>* too_large);
  caf::expected<std::vector<publication_state>> owned_streams(const partition_states& claims);
  caf::error move_cursor(const publication_state& stream, publication what,
                         std::int64_t next_offset);
  caf::error open();
  void report(std::string_view what, const caf::error& reason);

  publisher_actor::pointer self;
  storage_actor storage;
  publisher_options options;
  std::unique_ptr<publication_store> store; ///< Opened when needed, and again after a failure.
  std::unique_ptr<outbound_sink> sink;      ///< The same.
  std::string store_id;
  retry_schedule retry;
  time_point next_anchors{};
  std::optional<time_point> drain_deadline;
  std::minstd_rand random;
  trouble_log trouble{"publisher",
                      "not-published",
                      "it waits in the store",
                      {errc::topic_missing, errc::authorization_denied, errc::store_broken,
                       errc::invalid_settings}};
};

using publisher_impl = publisher_actor::stateful_impl<publisher_state>;

} // namespace aepro
