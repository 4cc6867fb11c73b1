#pragma once

/// A running node: the actor system with its pipeline, made from settings.

#include "actors/control/node_report.hpp"
#include "actors/control/socket_server.hpp"
#include "actors/supervisor/supervisor_actor.hpp"
#include "config/settings.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace aepro {

/// Returns the pipeline's options as the settings say. `properties` are librdkafka's, secrets
/// included.
pipeline_options pipeline_from(const settings& values);

/// Sets the log up as the settings say; quiet: errors only.
void configure_log(const settings& values, bool quiet);

/// Starts on construction. Used by one thread.
class node {
public:
  explicit node(pipeline_options options);
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  /// Stops hard what has not been drained.
  ~node();

  /// Returns the node's counters; nothing when it has stopped by itself or does not answer in a
  /// second.
  std::optional<ingest_status> status();

  /// Returns why the node stopped by itself; empty while it runs.
  std::string stopped_because();

  /// Returns what answers requests over a control socket; it may be called on any thread, also when
  /// the node is gone.
  control_handler control(node_identity identity);

  /// Returns where questions about links are asked; it may be used on any thread, also when the
  /// node is gone.
  std::shared_ptr<const acknowledge_place> acknowledging() const;

  /// Returns whether somebody has told the node to drain; drain() is left to the caller.
  bool drain_wanted() const;

  /// Settles what is in flight, publishes what is left and stops. Returns the node's last word,
  /// which agrees with the store; nothing where not all was settled in time. Calls `answered`,
  /// where given, with each status that the node answers meanwhile.
  std::optional<drain_status> drain(const std::function<void(const ingest_status&)>& answered = {});

  /// To be asked when the node has stopped or drained. Waits at most `grace` for its last actors to
  /// end, connections to the store among them. Returns how many do not: a call of theirs hangs, and
  /// only the process's end ends it.
  std::size_t left_behind(std::chrono::milliseconds grace);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace aepro
