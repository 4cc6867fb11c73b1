#include "actors/storage/postgres_store.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

/// A group that meets ever new known keys loses a race each time; then the caller retries.
constexpr int tries_max = 5;

constexpr std::array event_kinds{event_kind::adverse_event, event_kind::questionnaire_response,
                                 event_kind::subject};

constexpr std::array segment_columns{
    column{"stream_id", column_type::int32},     column{"first_offset", column_type::int64},
    column{"last_offset", column_type::int64},   column{"record_count", column_type::int64},
    column{"rules_version", column_type::int32}, column{"stored_at", column_type::int64},
    column{"chain_before", column_type::bytes},  column{"chain_after", column_type::bytes},
    column{"decisions", column_type::bytes},     column{"records", column_type::bytes},
    column{"options", column_type::bytes},       column{"due_at", column_type::int64}};

const row_layout& segment_layout() {
  static const row_layout layout{"ledger_segment", segment_columns};
  return layout;
}

std::string_view view_of(const sha256_digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace

caf::expected<std::vector<append_outcome>> postgres_store::append(batches group,
                                                                  time_point deadline) {
  if (const auto mistake = find_group_mistake(group))
    return make_store_error(errc::out_of_order, without_password(options_.url) + ": " + *mistake);
  if (steady::now() >= deadline)
    return make_store_error(errc::deadline_exceeded,
                            without_password(options_.url) + ": no time left to append");
  append_state state;
  state.group = group;
  state.admitted.assign(group.size(), true);
  bool look_up = look_up_first_;
  known_.clear();
  for (int tries = 0; tries < tries_max; ++tries) {
    if (auto failed = connect(deadline))
      return failed;
    begun_ = {options_.wall() + options_.clock->correction().count(), options_.monotonic()};
    if (auto failed = make_plan(state))
      return failed;
    if (look_up)
      if (auto failed = find_known(*state.plan)) {
        connection_->roll_back();
        return failed;
      }
    switch (try_append(state)) {
      case attempt::committed:
        clean_groups_ = known_.empty() ? clean_groups_ + 1 : 0;
        if (clean_groups_ >= clean_groups_until_hopeful)
          look_up_first_ = false;
        return outcomes_of(group, state.admitted, *state.plan, state.states);
      case attempt::none_admitted:
        return outcomes_of(group, state.admitted, *state.plan, state.states);
      case attempt::fewer_admitted:
      case attempt::late_meanwhile: break;
      case attempt::key_known:
        look_up = look_up_first_ = true;
        clean_groups_ = 0;
        break;
      case attempt::failed: return std::move(state.failure);
    }
  }
  return make_store_error(errc::store_busy,
                          without_password(options_.url) + ": other writers store the same events");
}

caf::error postgres_store::make_plan(append_state& state) {
  std::vector<planned_input> inputs;
  for (std::size_t i = 0; i < state.group.size(); ++i) {
    if (!state.admitted[i])
      continue;
    const auto stream = find_stream(state.group[i]->raw->stream);
    if (!stream)
      return stream.error();
    state.admitted[i] = *stream != nullptr; // Never claimed: not admitted.
    if (state.admitted[i])
      inputs.push_back({state.group[i].get(), *stream});
  }
  state.plan = std::make_unique<group_plan>(std::move(inputs));
  return {};
}

/// Rolls back and says how to go on after `reason`.
postgres_store::attempt postgres_store::fail(append_state& state, caf::error reason) {
  writer_.shared().settle(false);
  connection_->roll_back();
  if (connection_->last_sqlstate() == unique_violation)
    return attempt::key_known;
  if (commit_sent_ && (connection_->session_ended() || !connection_->usable()))
    reason = make_store_error(errc::store_outcome_unknown,
                              connection_->name() + ": the connection broke during the commit");
  state.failure = std::move(reason);
  return attempt::failed;
}

postgres_store::attempt postgres_store::try_append(append_state& state) {
  commit_sent_ = false;
  if (state.plan->inputs().empty()) {
    // Nothing to store: the states are only reported.
    auto states = partitions();
    if (!states)
      return fail(state, std::move(states.error()));
    state.states = std::move(*states);
    return attempt::none_admitted;
  }
  const auto copied = lock_and_copy(state);
  return copied == attempt::committed ? finish(state) : copied;
}

std::string postgres_store::opening_statements(const append_state& state) const {
  std::vector<std::int32_t> ids;
  for (const auto& input : state.plan->inputs())
    if (std::find(ids.begin(), ids.end(), input.stream->id) == ids.end())
      ids.push_back(input.stream->id);
  std::sort(ids.begin(), ids.end());
  return fmt::format(
      "BEGIN; SET LOCAL statement_timeout = {}; "
      "SELECT stream_id, next_offset, epoch, chain_head, accepted, rejected, duplicate, conflict "
      "FROM partition_state "
      "WHERE stream_id IN ({}) ORDER BY stream_id FOR UPDATE",
      milliseconds_left(connection_->deadline()), fmt::join(ids, ", "));
}

caf::error postgres_store::expect(ExecStatusType status) {
  while (true) {
    auto result = connection_->receive();
    if (!result)
      return result.error();
    if (!*result)
      return make_store_error(errc::store_broken, connection_->name() + ": an answer is missing");
    if (PQresultStatus(result->get()) == status)
      return {};
  }
}

/// States of streams that an earlier try found fenced are kept: they are not locked again.
caf::error postgres_store::read_states(append_state& state) {
  while (true) {
    auto result = connection_->receive();
    if (!result)
      return result.error();
    if (!*result)
      return make_store_error(errc::store_broken, connection_->name() + ": the states are missing");
    if (PQresultStatus(result->get()) != PGRES_TUPLES_OK)
      continue;
    for (int i = 0; i < PQntuples(result->get()); ++i) {
      const auto id = static_cast<std::int32_t>(integer_field(result->get(), i, 0));
      const auto& name = find_stream(id)->name;
      std::erase_if(state.states, [&](const stream_claim& known) { return known.stream == name; });
      state.states.push_back(
          {.stream = name,
           .epoch = static_cast<std::uint64_t>(integer_field(result->get(), i, 2)),
           .next_offset = integer_field(result->get(), i, 1),
           .chain_head = digest_field(result->get(), i, 3),
           .totals = counts_fields(result->get(), i, 4)});
    }
    return {};
  }
}

/// Locks the states, compares them and copies the event rows: one round trip where all goes well.
postgres_store::attempt postgres_store::lock_and_copy(append_state& state) {
  auto statements = opening_statements(state);
  state.plan->leave_out(known_);
  const auto counts = count_events(*state.plan);
  for (const auto kind : event_kinds)
    if (counts[static_cast<std::size_t>(kind)] > 0)
      statements += "; " + copy_statement(event_layout(kind));
  if (auto failed = connection_->send(statements))
    return fail(state, failed);
  if (auto failed = read_states(state))
    return fail(state, failed);
  const auto admitted = admit(state.group, state.states);
  if (admitted != state.admitted) {
    connection_->roll_back();
    state.admitted = admitted;
    return attempt::fewer_admitted;
  }
  state.at = later(begun_, options_.monotonic());
  state.late_meanwhile = false;
  if (auto failed = copy_events(state))
    return fail(state, failed);
  return attempt::committed;
}

caf::error postgres_store::copy(const row_layout& layout, const std::function<bool()>& write) {
  if (auto failed = expect(PGRES_COPY_IN))
    return failed;
  copy_.begin(*connection_, layout);
  if (!write())
    return copy_.failure();
  return copy_.end();
}

caf::error postgres_store::copy_events(const append_state& state) {
  const auto& plan = *state.plan;
  const auto counts = count_events(plan);
  for (const auto kind : event_kinds) {
    if (counts[static_cast<std::size_t>(kind)] == 0)
      continue;
    if (auto failed = copy(event_layout(kind),
                           [&] { return write_events(plan, kind, state.at, writer_, copy_); }))
      return failed;
  }
  while (true) { // A unique violation shows here at the latest.
    auto result = connection_->receive();
    if (!result)
      return result.error();
    if (!*result)
      return {};
  }
}

postgres_store::attempt postgres_store::finish(append_state& state) {
  auto& plan = *state.plan;
  plan.resolve(known_, state.states);
  plan.find_late(state.at);
  auto subjects = find_subjects(plan);
  auto latest = latest_versions(subjects);
  if (!latest)
    return fail(state, std::move(latest.error()));
  assign_versions(subjects, *latest);
  if (steady::now() >= connection_->deadline())
    return fail(state, make_store_error(errc::deadline_exceeded,
                                        connection_->name() + ": no time left to commit"));
  if (auto failed = connection_->send(closing_statements(state, !subjects.empty())))
    return fail(state, failed);
  if (auto failed = copy_side_rows(plan, subjects))
    return fail(state, failed);
  if (auto failed = copy_segments(state))
    return fail(state, failed);
  if (state.late_meanwhile) {
    writer_.shared().settle(false);
    connection_->roll_back();
    return attempt::late_meanwhile;
  }
  while (true) {
    auto result = connection_->receive();
    if (!result)
      return fail(state, std::move(result.error()));
    if (!*result) {
      writer_.shared().settle(true);
      return attempt::committed;
    }
  }
}

/// In the order of their ids: two writers with the same new rows cannot wait for each other.
std::string postgres_store::shared_statements() {
  std::map<std::pair<shared_table, std::int64_t>, const shared_row*> sorted;
  for (const auto& row : writer_.shared().fresh())
    sorted.emplace(std::pair{row.table, row.id}, &row);
  std::string statements;
  for (const auto& [id, row] : sorted) {
    statements +=
        fmt::format("INSERT INTO {} VALUES ({}", shared_layout(row->table).table, row->id);
    for (const auto& text : row->texts)
      statements += text.empty() ? std::string(", NULL") : ", " + text_literal(text);
    statements += ") ON CONFLICT DO NOTHING; ";
  }
  return statements;
}

std::string postgres_store::closing_statements(const append_state& state, bool has_subjects) {
  const auto& plan = *state.plan;
  const auto counts = count_side_rows(plan);
  std::string statements;
  const auto add = [&](bool wanted, const row_layout& layout) {
    if (wanted)
      statements += copy_statement(layout) + "; ";
  };
  add(has_subjects, subject_layout());
  add(counts.findings > 0, finding_layout());
  add(counts.alerts > 0, alert_layout());
  add(counts.dead_letters > 0, dead_letter_layout());
  add(counts.conflicts > 0, conflict_layout());
  add(true, segment_layout());
  // Per stream the sums of its batches and the last one's position.
  std::map<std::int32_t, std::pair<verdict_counts, std::size_t>> moved;
  for (std::size_t i = 0; i < plan.batches().size(); ++i) {
    auto& [sum, last] = moved[plan.inputs()[i].stream->id];
    sum.accepted += plan.batches()[i].counts.accepted;
    sum.rejected += plan.batches()[i].counts.rejected;
    sum.duplicate += plan.batches()[i].counts.duplicate;
    sum.conflict += plan.batches()[i].counts.conflict;
    last = i;
  }
  std::string values;
  for (const auto& [id, entry] : moved)
    values +=
        fmt::format("{}({}, {}::bigint, {}, {}, {}, {}, {})", values.empty() ? "" : ", ", id,
                    plan.inputs()[entry.second].batch->raw->end_offset,
                    bytea_literal(plan.batches()[entry.second].chain_after), entry.first.accepted,
                    entry.first.rejected, entry.first.duplicate, entry.first.conflict);
  return shared_statements() + statements +
         fmt::format(
             "UPDATE partition_state p SET next_offset = v.next_offset, chain_head = v.chain_head, "
             "accepted = p.accepted + v.accepted, rejected = p.rejected + v.rejected, "
             "duplicate = p.duplicate + v.duplicate, conflict = p.conflict + v.conflict "
             "FROM (VALUES {}) v (stream_id, next_offset, chain_head, accepted, rejected, "
             "duplicate, conflict) WHERE p.stream_id = v.stream_id; COMMIT",
             values);
}

caf::error postgres_store::copy_side_rows(const group_plan& plan,
                                          std::span<const planned_subject> subjects) {
  const auto counts = count_side_rows(plan);
  caf::error failed;
  if (!subjects.empty())
    failed = copy(subject_layout(), [&] { return write_subjects(plan, subjects, writer_, copy_); });
  if (!failed && counts.findings > 0)
    failed = copy(finding_layout(), [&] { return write_findings(plan, writer_, copy_); });
  if (!failed && counts.alerts > 0)
    failed = copy(alert_layout(), [&] { return write_alerts(plan, writer_, copy_); });
  if (!failed && counts.dead_letters > 0)
    failed = copy(dead_letter_layout(), [&] { return write_dead_letters(plan, writer_, copy_); });
  if (!failed && counts.conflicts > 0)
    failed = copy(conflict_layout(), [&] { return write_conflicts(plan, writer_, copy_); });
  return failed;
}

/// The last COPY before the commit: once its end is sent, the server goes on to commit by itself.
/// Up to here each statement may have waited for locks: what became late meanwhile must not be
/// stored as if it were in time.
caf::error postgres_store::copy_segments(append_state& state) {
  const auto& plan = *state.plan;
  return copy(segment_layout(), [&] {
    state.late_meanwhile = plan.more_are_late(later(state.at, options_.monotonic()));
    if (state.late_meanwhile)
      return false;
    for (std::size_t i = 0; i < plan.batches().size(); ++i) {
      const auto& input = plan.inputs()[i];
      const auto& planned = plan.batches()[i];
      const auto& records = input.batch->raw->records;
      const std::array row{number_cell(input.stream->id),
                           number_cell(records.front().offset),
                           number_cell(records.back().offset),
                           number_cell(static_cast<std::int64_t>(records.size())),
                           number_cell(input.batch->rules_version),
                           number_cell(state.at.wall),
                           text_cell(view_of(planned.chain_before)),
                           text_cell(view_of(planned.chain_after)),
                           text_cell(planned.decisions),
                           text_cell(input.batch->evidence),
                           optional_text_cell(options_digest_),
                           optional_number_cell(due_at(*input.batch->raw, state.at))};
      if (!copy_.add(row))
        return false;
    }
    commit_sent_ = true;
    return true;
  });
}

} // namespace aepro
