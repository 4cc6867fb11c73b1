#pragma once

/// Port: where records come from. Adapters: kafka_source, and scripted ones in tests.

#include "messages/errors.hpp"
#include "messages/record.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace aepro {

/// The group gave us these streams. Nothing is read from them before start().
struct streams_assigned {
  std::vector<stream_name> streams;
};

/// The group wants these streams back; reading has stopped, and the group waits for the release()
/// of each. `lost`: it does not wait, another member may own them already; said also of streams
/// that it has waited for.
struct streams_revoked {
  std::vector<stream_name> streams;
  bool lost = false;
};

/// Something failed. With a stream: about that stream, or where its partition is -1 about that
/// topic. is_transient(code) false: the node must stop.
struct source_failed {
  errc code = errc::none;
  std::optional<stream_name> stream;
  std::string text;
};

/// The answer to ask_watermarks(). Errors: broker_unavailable, topic_missing, authorization_denied.
struct watermarks_told {
  std::string topic;
  caf::expected<std::vector<stream_watermarks>> marks; ///< Of every partition.
};

using source_event = std::variant<streams_assigned, streams_revoked, records_fetched, source_failed,
                                  watermarks_told>;

/// A consumer in a group. Used by one thread at a time.
class record_source {
public:
  virtual ~record_source() = default;

  /// Joins the group. From then until close(), `wake` is called, on any thread, when something has
  /// come where nothing was; it must not block. Errors: invalid_settings.
  virtual caf::error open(std::function<void()> wake) = 0;

  /// Returns what has come, without waiting. `room` says how many records a started stream may hand
  /// out now; 0 pauses it; another stream is asked first each time, for the first takes scarce
  /// credits. Call it often even so: it keeps the membership of the group alive.
  virtual std::vector<source_event>
  poll(const std::function<std::size_t(const stream_name&)>& room) = 0;

  /// Reads `stream` from `next_offset` on (-1: from the first record there is).
  virtual caf::error start(const stream_name& stream, std::int64_t next_offset) = 0;

  /// Stops reading `stream`, which stays assigned until the group takes it.
  virtual void stop(const stream_name& stream) = 0;

  /// A stream that was asked back may go to another member. Those asked back together go together,
  /// when the last of them is released. Changes nothing where the group does not wait for the
  /// stream.
  virtual void release(const stream_name& stream) = 0;

  /// Tells the broker what is durable, for lag tools; never waits, failures are reported by poll().
  virtual void commit(const stream_name& stream, std::int64_t next_offset) = 0;

  /// Asks for the watermarks of every partition of `topic`; never waits: a later poll() answers
  /// with watermarks_told, after `patience` at the latest.
  virtual void ask_watermarks(const std::string& topic, std::chrono::milliseconds patience) = 0;

  /// Returns the offset that the next record of a started `stream` will get, as far as it was told
  /// with the records that came last; -1: not known yet. Never waits.
  virtual std::int64_t high_watermark(const stream_name& stream) const = 0;

  /// Leaves the group. Never waits for records handed out: they stay valid for as long as they are
  /// held. May wait as long as the patience of a question that has no answer yet.
  virtual void close() = 0;
};

} // namespace aepro
