#include "actors/storage/sqlite_store.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/rows/plan_rows.hpp"
#include "actors/validation/subject_context.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

} // namespace

caf::error sqlite_store::prepare() {
  if (auto failed = statements_.prepare(*connection_))
    return failed;
  return intern_options();
}

/// A write takes SQLite's one lock: only where the options are new.
caf::error sqlite_store::intern_options() {
  if (options_.decide_options.empty())
    return {};
  const auto digest = sha256{}(options_.decide_options);
  statements_.options.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  auto find = connection_->prepare("SELECT 1 FROM decide_options WHERE digest = ?");
  auto insert =
      connection_->prepare("INSERT INTO decide_options VALUES (?, ?) ON CONFLICT DO NOTHING");
  if (!find || !insert)
    return connection_->error("prepare the decide options");
  find->bind_bytes(1, statements_.options);
  const auto code = find->step();
  if (code == SQLITE_ROW)
    return {};
  insert->bind_bytes(1, statements_.options);
  insert->bind_text(2, options_.decide_options);
  if (code != SQLITE_DONE || insert->step() != SQLITE_DONE)
    return connection_->error("store the decide options");
  return {};
}

caf::error sqlite_store::begin(steady::time_point deadline) {
  connection_->set_deadline(deadline);
  if (statements_.begin.step() == SQLITE_DONE) {
    statements_.begin.reset();
    return {};
  }
  auto failed = connection_->error("begin a transaction");
  statements_.begin.reset();
  return failed;
}

caf::error sqlite_store::commit() {
  const sqlite_reset reset(statements_.commit);
  if (statements_.commit.step() == SQLITE_DONE)
    return {};
  // An I/O error while the log is synced leaves open whether the commit will be found again.
  if ((sqlite3_errcode(connection_->handle()) & 0xff) == SQLITE_IOERR)
    return make_store_error(errc::store_outcome_unknown,
                            fmt::format("sqlite:{}: commit: {}", connection_->path(),
                                        sqlite3_errmsg(connection_->handle())));
  return connection_->error("commit");
}

caf::error sqlite_store::roll_back(caf::error reason) {
  writer_.shared().settle(false);
  streams_.clear(); // One that the transaction added is not there any more.
  connection_->lift_deadline();
  if (sqlite3_get_autocommit(connection_->handle()) == 0)
    sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  return reason;
}

caf::expected<const stored_stream*> sqlite_store::find_stream(const stream_name& name,
                                                              bool create) {
  for (const auto& stream : streams_)
    if (stream.name == name)
      return &stream;
  if (create) {
    auto& insert = statements_.insert_stream;
    const sqlite_reset reset(insert);
    insert.bind_text(1, name.topic);
    insert.bind(2, name.partition);
    if (insert.step() != SQLITE_DONE)
      return connection_->error("add a stream");
  }
  auto& find = statements_.find_stream;
  const sqlite_reset reset(find);
  find.bind_text(1, name.topic);
  find.bind(2, name.partition);
  const auto code = find.step();
  if (code == SQLITE_DONE)
    return nullptr;
  if (code != SQLITE_ROW)
    return connection_->error("find a stream");
  return &streams_.emplace_back(stored_stream{static_cast<std::int32_t>(find.number(0)), name});
}

caf::expected<const stored_stream*> sqlite_store::find_stream(std::int32_t id) {
  for (const auto& stream : streams_)
    if (stream.id == id)
      return &stream;
  auto& find = statements_.find_stream_by_id;
  const sqlite_reset reset(find);
  find.bind(1, id);
  if (find.step() != SQLITE_ROW)
    return connection_->error("find the stream of an event");
  return &streams_.emplace_back(
      stored_stream{id, {std::string(find.bytes(0)), static_cast<std::int32_t>(find.number(1))}});
}

caf::expected<stream_claim> sqlite_store::read_state(const stored_stream& stream) {
  auto& select = statements_.read_state;
  const sqlite_reset reset(select);
  select.bind(1, stream.id);
  if (select.step() != SQLITE_ROW)
    return connection_->error(
        fmt::format("read the state of {}[{}]", stream.name.topic, stream.name.partition));
  return stream_claim{.stream = stream.name,
                      .epoch = static_cast<std::uint64_t>(select.number(1)),
                      .next_offset = select.number(0),
                      .chain_head = digest_from(select.bytes(2)),
                      .totals = select.counts(3)};
}

caf::expected<stream_claim> sqlite_store::claim(const stream_name& name) {
  if (auto failed = begin(steady::now() + options_.operation_timeout))
    return failed;
  const auto stream = find_stream(name, true);
  if (!stream)
    return roll_back(stream.error());
  auto& raise = statements_.claim;
  raise.bind(1, (*stream)->id);
  const auto code = raise.step();
  raise.reset();
  if (code != SQLITE_DONE)
    return roll_back(connection_->error(fmt::format("claim {}[{}]", name.topic, name.partition)));
  auto state = read_state(**stream);
  if (!state)
    return roll_back(state.error());
  if (auto failed = commit())
    return roll_back(failed);
  return state;
}

caf::expected<std::vector<stream_claim>>
sqlite_store::read_states(std::span<const std::shared_ptr<decided_batch>> group) {
  std::vector<stream_claim> states;
  for (const auto& batch : group) {
    if (find_state(states, batch->raw->stream) != nullptr)
      continue;
    const auto stream = find_stream(batch->raw->stream, false);
    if (!stream)
      return stream.error();
    if (*stream == nullptr) {
      states.push_back({.stream = batch->raw->stream});
      continue;
    }
    auto state = read_state(**stream);
    if (!state)
      return state.error();
    states.push_back(std::move(*state));
  }
  return states;
}

caf::expected<std::vector<append_outcome>>
sqlite_store::append(std::span<const std::shared_ptr<decided_batch>> group,
                     steady::time_point deadline) {
  if (const auto mistake = find_group_mistake(group))
    return make_store_error(errc::out_of_order, "sqlite:" + connection_->path() + ": " + *mistake);
  if (steady::now() >= deadline)
    return make_store_error(errc::deadline_exceeded,
                            "sqlite:" + connection_->path() + ": no time left to append");
  if (auto failed = begin(deadline))
    return failed;
  const auto states = read_states(group);
  if (!states)
    return roll_back(states.error());
  const auto admitted = admit(group, *states);
  std::vector<planned_input> inputs;
  for (std::size_t i = 0; i < group.size(); ++i)
    if (admitted[i])
      inputs.push_back({group[i].get(), *find_stream(group[i]->raw->stream, false)});
  group_plan plan(std::move(inputs));
  if (auto failed = store(plan, *states))
    return roll_back(failed);
  if (steady::now() >= deadline)
    return roll_back(make_store_error(errc::deadline_exceeded, "sqlite:" + connection_->path() +
                                                                   ": no time left to commit"));
  if (auto failed = commit())
    return roll_back(failed);
  writer_.shared().settle(true);
  return outcomes_of(group, admitted, plan, *states);
}

caf::error sqlite_store::store(group_plan& plan, std::span<const stream_claim> states) {
  if (plan.inputs().empty())
    return {};
  std::vector<known_event> known;
  const insertion_instant at{options_.wall() + options_.clock->correction().count(),
                             options_.monotonic()};
  if (auto failed = insert_events(plan, at, known))
    return failed;
  plan.resolve(known, states);
  plan.find_late(at);
  if (auto failed = insert_subjects(plan))
    return failed;
  if (auto failed = insert_side_rows(plan))
    return failed;
  if (auto failed = insert_segments(plan, at))
    return failed;
  return move_states(plan);
}

/// Inserts what the store does not know yet and looks up the rest.
caf::error sqlite_store::insert_events(const group_plan& plan, const insertion_instant& at,
                                       std::vector<known_event>& known) {
  for (const auto& row : plan.rows()) {
    const auto& input = plan.inputs()[row.batch];
    const auto& record = plan.decided(row);
    const auto& raw = plan.raw(row);
    const auto cells = writer_.event({input.stream->id, raw.offset, raw.timestamp}, record,
                                     plan.lateness_ms(row, at));
    auto& insert = statements_.insert_event(record.event.kind);
    if (!insert.add(cells))
      return connection_->error("insert an event");
    if (sqlite3_changes(connection_->handle()) == 1)
      continue;
    auto first = find_event(row.key);
    if (!first)
      return first.error();
    known.push_back(*first);
  }
  return {};
}

caf::expected<known_event> sqlite_store::find_event(const event_key& key) {
  auto& find = statements_.find_event;
  const sqlite_reset reset(find);
  find.bind_bytes(1, {reinterpret_cast<const char*>(key.data()), key.size()});
  if (find.step() != SQLITE_ROW)
    return connection_->error("find the first event of a key");
  known_event known{key, static_cast<std::uint64_t>(find.number(0)), nullptr, find.number(2)};
  const auto stream = find_stream(static_cast<std::int32_t>(find.number(1)));
  if (!stream)
    return stream.error();
  known.stream = *stream;
  return known;
}

caf::error sqlite_store::insert_side_rows(const group_plan& plan) {
  if (!statements_.insert_shared_rows(writer_.shared()))
    return connection_->error("insert a shared row");
  if (!write_findings(plan, writer_, statements_.insert_finding) ||
      !write_alerts(plan, writer_, statements_.insert_alert) ||
      !write_dead_letters(plan, writer_, statements_.insert_dead_letter) ||
      !write_conflicts(plan, writer_, statements_.insert_conflict))
    return connection_->error("insert findings, alerts, dead letters or conflicts");
  return {};
}

caf::error sqlite_store::insert_subjects(const group_plan& plan) {
  auto subjects = find_subjects(plan);
  std::map<event_key, std::uint32_t> latest;
  for (const auto& subject : subjects) {
    auto& select = statements_.latest_subject_version;
    const sqlite_reset reset(select);
    select.bind_bytes(1, key_cell(subject.subject).text);
    if (select.step() != SQLITE_ROW)
      return connection_->error("find a subject's version");
    latest[subject.subject] = static_cast<std::uint32_t>(select.number(0));
  }
  assign_versions(subjects, latest);
  if (!write_subjects(plan, subjects, writer_, statements_.insert_subject))
    return connection_->error("insert a subject");
  return {};
}

caf::error sqlite_store::insert_segments(const group_plan& plan, const insertion_instant& at) {
  for (std::size_t i = 0; i < plan.batches().size(); ++i) {
    const auto& input = plan.inputs()[i];
    if (!statements_.insert_segment_row(*input.batch, input.stream->id, plan.batches()[i], at))
      return connection_->error("insert a ledger segment");
  }
  return {};
}

caf::error sqlite_store::move_states(const group_plan& plan) {
  for (std::size_t i = 0; i < plan.batches().size(); ++i) {
    const auto& input = plan.inputs()[i];
    const auto& raw = *input.batch->raw;
    if (!statements_.move_state_row(input.stream->id, raw, plan.batches()[i]))
      return connection_->error("move a stream's state");
    if (sqlite3_changes(connection_->handle()) != 1)
      return make_store_error(
          errc::store_broken,
          fmt::format("sqlite:{}: state of {}[{}] changed inside the transaction",
                      connection_->path(), raw.stream.topic, raw.stream.partition));
  }
  return {};
}

caf::expected<std::vector<subject_context_ptr>>
sqlite_store::load_subjects(std::span<const subject_key> keys) {
  connection_->set_deadline(steady::now() + options_.operation_timeout);
  std::vector<subject_context_ptr> found;
  found.reserve(keys.size());
  for (const auto& key : keys) {
    const auto row_key = subject_row_key(key.study, key.subject);
    auto& select = statements_.find_subject;
    const sqlite_reset reset(select);
    select.bind_bytes(1, key_cell(row_key).text);
    const auto code = select.step();
    if (code == SQLITE_ROW)
      found.push_back(make_subject_context(key.study, key.subject, std::string(select.bytes(1)),
                                           static_cast<std::uint32_t>(select.number(0)),
                                           std::string(select.bytes(2))));
    else if (code == SQLITE_DONE)
      found.push_back(make_unknown_subject(key.study, key.subject));
    else
      return connection_->error("look up subjects");
  }
  return found;
}

caf::expected<std::vector<stream_claim>> sqlite_store::partitions() {
  connection_->set_deadline(steady::now() + options_.operation_timeout);
  return statements_.all_states(*connection_);
}

} // namespace aepro
