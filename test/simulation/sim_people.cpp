/// The model of what people are told: checks each message as it arrives, and who was forgotten at
/// the end.

#include "sim_people.hpp"

#include "messages/error_text.hpp"

#include <algorithm>
#include <sstream>

namespace aepro::simulation {

namespace {

std::string field_of(const channel_message& message, const std::string& name) {
  const auto found = message.fields.find(name);
  return found == message.fields.end() ? "" : found->second;
}

/// The rule of every alert.
const std::string rejected = "rejected";

std::string key_of(const stream_name& stream, std::int64_t offset, std::string rule) {
  stored_alert alert;
  alert.stream = stream;
  alert.offset = offset;
  alert.rule = std::move(rule);
  return notification_key("store", alert);
}

} // namespace

sim_people::sim_people(draw& random, trace& log, const fault_profile& profile,
                       const sim_broker& broker, sim_database& database)
    : random_(random), log_(log), profile_(profile), broker_(broker), database_(database) {
  tables_.clock = [this] { return store_time(broker_.now()); };
}

void sim_people::read_alerts(const stream_name& stream) {
  auto& alerts = tables_.alerts[stream];
  alerts.clear();
  for (const auto offset : database_.outbox.of(stream)) {
    constexpr std::array all{urgency::routine, urgency::urgent, urgency::immediate};
    tables_.add(stream, offset, rejected, all[static_cast<std::size_t>(offset) % all.size()]);
    alerts.back().produced_at = -1; // Not known, so never too old.
    if (offset < database_.model.next_offset(stream))
      born_.insert(key_of(stream, offset, rejected));
  }
}

/// A message of its own, the rows of a digest's file, or an alarm of the system.
void sim_people::arrive(const std::string& channel, const channel_message& message) {
  const auto step = field_of(message, "step");
  if (!message.attachment) {
    if (field_of(message, "topic").empty())
      log_.say("told by {}: {}", channel, field_of(message, "rule"));
    else
      arrive({field_of(message, "key"), step, channel, message.recipient}, message.key);
    return;
  }
  std::istringstream file(message.attachment->bytes);
  std::string line;
  std::getline(file, line); // The columns' names.
  while (std::getline(file, line, '\r')) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');)
      cells.push_back(cell);
    const auto slash = cells.at(6).rfind('/'), partition = cells.at(6).rfind('/', slash - 1);
    const stream_name stream{cells[6].substr(0, partition),
                             std::stoi(cells[6].substr(partition + 1))};
    const auto alert = key_of(stream, std::stoll(cells[6].substr(slash + 1)), cells[1]);
    arrive({alert, step, channel, message.recipient}, cells.at(9));
    file.ignore(); // The line feed.
  }
}

/// It is of an alert whose record was durable, and says by its key which message it is.
void sim_people::arrive(const aim& own, const std::string& key) {
  const auto& alert = std::get<0>(own);
  log_.say("told by {}: {} step {}", std::get<2>(own), alert, std::get<1>(own));
  ++told_;
  if (!born_.contains(alert))
    log_.violated("told of an alert whose record the store never had: {}", alert);
  const bool is_first = keys_.try_emplace(own, key).second;
  if (keys_[own] != key)
    log_.violated("the same message has two idempotency keys: alert {}", alert);
  if (aims_.try_emplace(key, own).first->second != own)
    log_.violated("two messages share an idempotency key: alert {}", alert);
  if (!is_first && profile_.is_calm)
    log_.violated("told twice, though nothing failed: alert {}", alert);
  reached_.insert(alert);
}

void sim_people::fail_over() {
  std::swap(tables_.rows, stand_in_.rows);
  std::swap(tables_.keys, stand_in_.keys);
  std::swap(tables_.cursors, stand_in_.cursors);
}

std::string sim_people::who_is_missing() {
  std::string text;
  for (const auto& [stream, log] : broker_.logs()) {
    for (const auto offset :
         database_.model.rejected_before(stream, database_.model.next_offset(stream))) {
      const auto key = key_of(stream, offset, rejected);
      const auto row = std::ranges::find_if(
          tables_.rows, [&](const auto& one) { return one.second.what.key == key; });
      if (row == tables_.rows.end())
        text += fmt::format(" {} {} is not taken up;", text_of(stream), offset);
      else if (row->second.what.state == notification_state::waiting)
        text += fmt::format(" {} {} waits;", text_of(stream), offset);
      else if (!reached_.contains(key))
        text += fmt::format(" nobody was told of {} {};", text_of(stream), offset);
    }
  }
  return text;
}

} // namespace aepro::simulation
