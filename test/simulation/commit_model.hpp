#pragma once

/// What the store of a run must hold, by what each commit's answer says; checks every commit.

#include "actors/storage/ledger/chain.hpp"
#include "actors/storage/publication_store.hpp"
#include "sim_clocks.hpp"

#include <memory>
#include <set>
#include <span>
#include <vector>

namespace aepro::simulation {

/// What the workload says of a record, for the model.
struct expected_record {
  std::string identity; ///< Of the event; empty: malformed, to be rejected.
  std::string content;
  unix_milliseconds deadline = 0; ///< Of the sender; 0: none.
};

/// Knows what has been committed, by what each commit's answer says and nothing else.
class commit_model {
public:
  commit_model(const sim_broker& broker, trace& log, const fault_profile& profile,
               const sim_clocks& clocks)
      : broker_(broker), log_(log), profile_(profile), clocks_(clocks) {}

  void expect(const stream_name& stream, std::int64_t offset, expected_record record) {
    expected_[stream][offset] = std::move(record);
  }

  void claimed(const stream_claim& claim, const std::string& node);
  /// The store's word on where it stands with the streams.
  void shown(std::span<const stream_claim> states) const;
  /// `node` has been told that another one owns the stream.
  void given_up(const stream_name& stream, const std::string& node);
  /// A node has given back what it had read up to `read`, having had `patience` for it.
  void released(const stream_name& stream, std::int64_t read,
                std::chrono::milliseconds patience) const;
  /// Says so where a commit forks, skips, repeats, or comes from somebody who has lost the stream,
  /// and where the answer to one that was refused is not what the store has.
  void committed(std::span<const std::shared_ptr<decided_batch>> group,
                 std::span<const append_outcome> outcomes, const std::string& node);

  /// What is committed, at some moment.
  struct moment;
  std::shared_ptr<const moment> snapshot() const;
  /// Commits and claims that came later are forgotten.
  void return_to(const moment& earlier);

  std::int64_t next_offset(const stream_name& stream) const;
  /// The highest that it has ever been: Kafka may have been told so before a fail-over.
  std::int64_t highest_offset(const stream_name& stream) const;
  /// Up to where commits of `epoch` have come, be they forgotten since; -1: there was none.
  std::int64_t committed_in(const stream_name& stream, std::uint64_t epoch) const;
  const verdict_counts& totals() const { return totals_; }
  std::uint64_t epoch(const stream_name& stream) const;
  /// Returns every claimed stream as it is committed; without cursors, which are the outbox's.
  std::vector<publication_state> publication_states() const;
  /// Returns the offsets before `end` of records that are to be rejected.
  std::vector<std::int64_t> rejected_before(const stream_name& stream, std::int64_t end) const;
  /// Whether a commit has ever left the stream with this head.
  bool had_head(const stream_name& stream, std::int64_t next_offset,
                const sha256_digest& head) const;
  std::uint64_t committed_by(const std::string& node) const {
    const auto found = by_node_.find(node);
    return found == by_node_.end() ? 0 : found->second;
  }

private:
  struct stream_state {
    std::int64_t next_offset = -1;
    std::uint64_t epoch = 0;
    sha256_digest head{};
    verdict_counts totals;
    std::string owner; ///< Who claimed it last.
  };
  /// The first record of an event.
  struct first_record {
    std::string content;
    stream_name stream;
    std::int64_t offset = 0;
  };
  /// What becomes of a record. `first` points into contents_.
  struct judged {
    verdict outcome = verdict::rejected;
    record_reference first;
  };

  void committed(const decided_batch& decided, const settlement& said, const std::string& node);
  void check_place(const record_batch& batch, const stream_state& state) const;
  void check_records(const record_batch& batch, const stream_state& state) const;
  void check_late(const record_batch& batch, std::uint64_t said) const;
  void check_verdicts(const record_batch& batch, const settlement& said,
                      const verdict_counts& counts) const;
  void check_head(const decided_batch& batch, std::span<const judged> verdicts,
                  const sha256_digest& said, const stream_state& state) const;
  void check_state(const stream_claim& said, std::string_view where) const;
  std::vector<judged> judge(const record_batch& batch);

  const sim_broker& broker_;
  trace& log_;
  const fault_profile& profile_;
  const sim_clocks& clocks_;
  std::map<stream_name, std::map<std::int64_t, expected_record>> expected_;
  std::map<std::string, first_record> contents_; ///< Of each accepted event.
  std::map<stream_name, stream_state> states_;
  std::map<stream_name, std::int64_t> highest_;
  std::map<std::pair<stream_name, std::uint64_t>, std::int64_t>
      in_epoch_; ///< Forgotten ones included.
  std::map<stream_name, std::set<std::pair<std::int64_t, sha256_digest>>>
      heads_;                                    ///< Forgotten ones included.
  std::map<std::string, std::uint64_t> by_node_; ///< Records, forgotten ones included.
  verdict_counts totals_;
};

struct commit_model::moment {
  std::map<std::string, first_record> contents;
  std::map<stream_name, stream_state> states;
  verdict_counts totals;
};

} // namespace aepro::simulation
