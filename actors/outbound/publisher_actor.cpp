#include "actors/outbound/publisher_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/outbound/anchor.hpp"
#include "actors/outbound/dead_letter_record.hpp"
#include "actors/storage/wall_clock.hpp"
#include "actors/validation/rules/rule_table.hpp"
#include "messages/error_text.hpp"

#include <algorithm>
#include <deque>

namespace aepro {

namespace {

/// Returns what a person must do so that `topic` can be published to; empty: nothing.
std::string remedy(const caf::error& reason, std::string_view topic) {
  if (reason == errc::topic_missing)
    return "; `aepro topics create` makes it";
  if (reason == errc::authorization_denied)
    return fmt::format("; allow the node's principal to write to topic {}", topic);
  return {};
}

bool is_sink_error(const caf::error& reason) {
  return reason == errc::broker_unavailable || reason == errc::topic_missing ||
         reason == errc::authorization_denied;
}

ledger_anchor make_anchor(const publication_state& stream, const std::string& store_id) {
  return {.store_id = store_id,
          .stream = stream.claim.stream,
          .next_offset = stream.claim.next_offset,
          .chain_head = stream.claim.chain_head,
          .counts = stream.counts,
          .published_at = wall_clock(),
          .epoch = stream.claim.epoch,
          .rules_version = rules_version};
}

/// An anchor as a record; `record` points into it.
struct anchor_message {
  anchor_message(const ledger_anchor& anchor, std::string_view topic, const anchor_signer* signer)
      : key(anchor_key(anchor.stream)), value(encode_anchor(anchor)) {
    if (signer != nullptr) {
      signature = signer->sign(value);
      headers = {{signature_header, signature}, {key_id_header, signer->key_id()}};
    }
    record = {topic, key, value, headers, 0};
  }
  anchor_message(const anchor_message&) = delete;
  anchor_message& operator=(const anchor_message&) = delete;

  std::string key, value, signature;
  std::vector<header_view> headers;
  outgoing_record record;
};

} // namespace

publisher_state::publisher_state(publisher_actor::pointer self, storage_actor storage,
                                 publisher_options options)
    : self(self), storage(std::move(storage)), options(std::move(options)),
      retry(this->options.retry),
      random(static_cast<std::minstd_rand::result_type>(this->options.seed)) {
}

void publisher_state::schedule(std::chrono::milliseconds wait) {
  self->delayed_send(self, wait, publish_atom_v);
}

void publisher_state::look() {
  if (drain_deadline)
    return;
  self->request(storage, options.patience, claims_atom_v)
      .then([this](const partition_states& claims) { work(claims); },
            [this](const caf::error& reason) {
              report("look", reason);
              schedule(options.interval);
            });
}

void publisher_state::work(const partition_states& claims) {
  if (drain_deadline)
    return; // The drain does it.
  const auto now = self->clock().now();
  const auto more = publish_round(claims, now >= next_anchors);
  if (!more) {
    schedule(retry.next(random()));
    return;
  }
  retry.reset();
  options.published->broken.clear();
  schedule(*more ? std::chrono::milliseconds{0} : options.interval);
}

/// Stops at the first round that fails: what is left is published by the node that claims the
/// streams next.
void publisher_state::drain(const partition_states& claims) {
  while (self->clock().now() < *drain_deadline) {
    const auto more = publish_round(claims, true);
    if (!more)
      return;
    if (!*more) {
      options.published->complete = true;
      return;
    }
  }
}

/// Publishes one look's worth of each stream, then anchors; those that fail stay due. Returns
/// whether dead letters may be left.
caf::expected<bool> publisher_state::publish_round(const partition_states& claims,
                                                   bool with_anchors) {
  const auto streams = owned_streams(claims);
  if (!streams) {
    report("store", streams.error());
    return streams.error();
  }
  caf::error first;
  bool more = false;
  for (const auto& stream : *streams) {
    if (!stream.has_dead_letters)
      continue;
    more = true;
    if (auto failed = publish_dead_letters(stream)) {
      report("dead-letters", failed);
      const bool of_sink = is_sink_error(failed);
      if (!first)
        first = std::move(failed);
      if (of_sink || !store)
        break; // The next stream would only wait as long.
    }
  }
  if (with_anchors && store && first != errc::broker_unavailable) {
    if (auto failed = publish_anchors(*streams)) {
      report("anchors", failed);
      if (!first)
        first = std::move(failed);
    } else {
      next_anchors = self->clock().now() + options.anchor_interval;
    }
  }
  if (first)
    return first;
  return more;
}

caf::error publisher_state::open() {
  if (!store) {
    auto opened = options.open_store();
    if (!opened)
      return std::move(opened.error());
    auto id = (*opened)->store_id();
    if (!id)
      return std::move(id.error());
    store = std::move(*opened);
    store_id = std::move(*id);
  }
  return {};
}

/// The streams whose claim in the store is ours; a zombie finds another epoch there.
caf::expected<std::vector<publication_state>>
publisher_state::owned_streams(const partition_states& claims) {
  if (auto failed = open())
    return failed;
  auto states = store->states();
  if (!states) {
    store.reset();
    return states;
  }
  std::erase_if(*states, [&](const publication_state& state) {
    return std::ranges::none_of(claims, [&](const stream_claim& claim) {
      return claim.stream == state.claim.stream && claim.epoch == state.claim.epoch;
    });
  });
  return states;
}

caf::error publisher_state::send(std::span<const outgoing_record> records,
                                 std::vector<std::size_t>* too_large) {
  if (!sink) {
    auto opened = options.open_outlet();
    if (!opened)
      return std::move(opened.error());
    sink = std::move(*opened);
  }
  auto patience = options.patience;
  if (drain_deadline)
    patience = std::clamp(
        std::chrono::ceil<std::chrono::milliseconds>(*drain_deadline - self->clock().now()),
        std::chrono::milliseconds{1}, patience);
  auto refused = sink->publish(records, patience);
  if (!refused) {
    sink.reset(); // Records may still be on their way in it.
    return std::move(refused.error());
  }
  if (too_large != nullptr)
    *too_large = std::move(*refused);
  else if (!refused->empty())
    return caf::make_error(errc::broker_unavailable,
                           fmt::format("topic {}: a record without its value is too large for it",
                                       records[refused->front()].topic));
  return {};
}

caf::error publisher_state::publish_dead_letters(const publication_state& stream) {
  const auto letters = store->dead_letters(stream, options.limits);
  if (!letters) {
    if (letters.error() != errc::store_broken)
      store.reset();
    return letters.error();
  }
  if (letters->empty())
    return {};
  dead_letter_records records(stream.claim.stream, *letters, options.dead_letters_topic);
  std::vector<std::size_t> too_large;
  if (auto failed = send(records.all(), &too_large))
    return failed;
  if (!too_large.empty()) {
    std::vector<outgoing_record> without;
    for (const auto index : too_large) {
      records.omit_value(index);
      without.push_back(records.all()[index]);
    }
    log::warn("publisher", "dead-letter-without-value",
              "topic {} partition {} records {} first-offset {}", stream.claim.stream.topic,
              stream.claim.stream.partition, without.size(), (*letters)[too_large.front()].offset);
    if (auto failed = send(without, nullptr))
      return failed;
  }
  options.published->dead_letters += letters->size();
  return move_cursor(stream, publication::dead_letters, letters->back().offset + 1);
}

caf::error publisher_state::publish_anchors(const std::vector<publication_state>& streams) {
  std::deque<anchor_message> messages;
  std::vector<outgoing_record> records;
  std::vector<const publication_state*> moved;
  for (const auto& stream : streams) {
    if (stream.claim.next_offset <= stream.anchored)
      continue;
    moved.push_back(&stream);
    records.push_back(messages
                          .emplace_back(make_anchor(stream, store_id), options.anchors_topic,
                                        options.signer.get())
                          .record);
  }
  if (records.empty())
    return {};
  if (auto failed = send(records, nullptr))
    return failed;
  options.published->anchors += records.size();
  for (const auto* stream : moved)
    if (auto failed = move_cursor(*stream, publication::anchors, stream->claim.next_offset))
      return failed;
  return {};
}

caf::error publisher_state::move_cursor(const publication_state& stream, publication what,
                                        std::int64_t next_offset) {
  if (!store)
    return caf::make_error(errc::store_unavailable, "publisher: the store is not open");
  auto moved = store->advance(stream, what, next_offset);
  if (!moved) {
    store.reset();
    return std::move(moved.error());
  }
  if (!*moved)
    log::debug("publisher", "cursor-not-moved", "topic {} partition {} epoch {}",
               stream.claim.stream.topic, stream.claim.stream.partition, stream.claim.epoch);
  return {};
}

void publisher_state::report(std::string_view what, const caf::error& reason) {
  trouble.say(
      what, code_of(reason), error_text(reason), self->clock().now(),
      remedy(reason, what == "anchors" ? options.anchors_topic : options.dead_letters_topic));
  if (reason == errc::store_broken)
    options.published->broken = error_text(reason);
}

publisher_actor::behavior_type publisher_state::make_behavior() {
  hide_exceptions(self);
  next_anchors = self->clock().now() + options.anchor_interval;
  schedule(options.interval);
  return {
      [this](publish_atom) { look(); },
      [this](drain_atom, caf::timespan most) -> caf::result<outbound_status> {
        drain_deadline = self->clock().now() + most;
        auto promise = self->make_response_promise<outbound_status>();
        self->request(storage, most, claims_atom_v)
            .then(
                [this, promise](const partition_states& claims) mutable {
                  drain(claims);
                  promise.deliver(*options.published);
                  self->quit();
                },
                [this, promise](const caf::error& reason) mutable {
                  report("drain", reason);
                  promise.deliver(*options.published);
                  self->quit();
                });
        return promise;
      },
      [this](status_atom) { return *options.published; },
  };
}

} // namespace aepro
