#include "bench/wide_rows.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/rows/stored_text.hpp"
#include "actors/validation/sha256.hpp"
#include "bench/topic_reader.hpp"
#include "messages/codec/event_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <memory_resource>
#include <stdexcept>

namespace aepro::bench {

namespace {

/// Decodes one record after another.
class reader {
public:
  const event_view& operator()(const kept_record& record) {
    arena_.release();
    event_ = {};
    if (decoder_.decode(record.value, {}, arena_, event_) != rejection::none)
      throw std::runtime_error(fmt::format("offset {}: cannot be decoded", record.offset));
    return event_;
  }

private:
  codec::event_decoder decoder_{codec::decode_limits{}};
  std::pmr::monotonic_buffer_resource arena_{64 * 1024};
  event_view event_;
};

/// The body's variables, indexed as in the table of its kind; nothing for reference data.
text_table texts_of(const event_view& event) {
  if (const auto* body = std::get_if<adverse_event_view>(&event.body))
    return body->table();
  if (const auto* body = std::get_if<questionnaire_response_view>(&event.body))
    return body->table();
  throw std::runtime_error("neither an adverse event nor a form");
}

std::span<const variable_row> names_of(event_kind kind) {
  return kind == event_kind::adverse_event ? variable_table<ae>() : variable_table<qs>();
}

/// A row in PostgreSQL's binary COPY format.
class row_encoder {
public:
  explicit row_encoder(std::string& out) : out_(out), start_(out.size()) {
    put_big_endian(out_, std::int16_t{0});
  }

  void text(std::string_view value) {
    ++fields_;
    put_big_endian(out_,
                   value.empty() ? std::int32_t{-1} : static_cast<std::int32_t>(value.size()));
    out_.append(value);
  }

  template <class Integer>
  void number(Integer value) {
    ++fields_;
    put_big_endian(out_, static_cast<std::int32_t>(sizeof value));
    put_big_endian(out_, value);
  }

  /// PostgreSQL counts microseconds from 2000-01-01T00:00:00Z.
  void instant(const instant_view& value) {
    constexpr std::int64_t unix_ms_of_2000 = 946'684'800'000;
    if (value.present)
      return number((value.unix_ms - unix_ms_of_2000) * 1000);
    text({});
  }

  void end() {
    out_[start_] = static_cast<char>(fields_ >> 8);
    out_[start_ + 1] = static_cast<char>(fields_ & 255);
  }

private:
  std::string& out_;
  std::size_t start_;
  int fields_ = 0;
};

/// What one topic's table looks like.
struct table_plan {
  std::string name;
  event_kind kind = event_kind::none;
  std::vector<std::size_t> variables; ///< Those that occur.
};

table_plan plan_table(const std::vector<kept_record>& records) {
  reader read;
  table_plan plan;
  std::vector<bool> occurs;
  for (const auto& record : records) {
    const auto& event = read(record);
    const auto texts = texts_of(event);
    if (plan.kind != event_kind::none && plan.kind != event.kind)
      throw std::runtime_error("a topic with two kinds of events");
    plan.kind = event.kind;
    occurs.resize(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
      occurs[i] = occurs[i] || !texts[i].empty();
  }
  for (std::size_t i = 0; i < occurs.size(); ++i)
    if (occurs[i])
      plan.variables.push_back(i);
  plan.name =
      plan.kind == event_kind::adverse_event ? "wide_adverse_event" : "wide_questionnaire_response";
  return plan;
}

std::string column_name(const table_plan& plan, std::size_t variable) {
  std::string name(names_of(plan.kind)[variable].name);
  std::ranges::transform(name, name.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return name;
}

std::string schema_of(const table_plan& plan) {
  auto sql = fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} (partition integer NOT NULL, "
                         "record_offset bigint NOT NULL, record_timestamp bigint NOT NULL, "
                         "event_id text NOT NULL UNIQUE, study text, site text, subject text, "
                         "source_system text, recorded_at timestamptz, sent_at timestamptz, "
                         "version integer, status integer",
                         plan.name);
  for (const auto variable : plan.variables)
    sql += fmt::format(", {} text", column_name(plan, variable));
  if (plan.kind == event_kind::questionnaire_response)
    sql +=
        ", started_at timestamptz, completed_at timestamptz, received_at timestamptz, answers text";
  return sql + ", value bytea NOT NULL, value_sha256 bytea NOT NULL, "
               "PRIMARY KEY (partition, record_offset));";
}

std::string answers_json(std::span<const answer_view> answers) {
  std::string json;
  for (const auto& answer : answers) {
    json.push_back(json.empty() ? '{' : ',');
    put_json_string(json, answer.link_id);
    json.push_back(':');
    put_json_string(json, answer.missing_reason.empty() ? answer.value : answer.missing_reason);
  }
  return json.empty() ? json : json + '}';
}

void encode_row(const table_plan& plan, const kept_record& record, const event_view& event,
                sha256& hash, std::string& out) {
  row_encoder row(out);
  row.number(record.partition);
  row.number(record.offset);
  row.number(record.timestamp);
  for (const auto text :
       {event.event_id, event.study, event.site, event.subject, event.source_system})
    row.text(text);
  row.instant(event.recorded_at);
  row.instant(event.sent_at);
  const auto* form = std::get_if<questionnaire_response_view>(&event.body);
  const auto* report = std::get_if<adverse_event_view>(&event.body);
  row.number(static_cast<std::int32_t>(report ? report->report_version : form->response_version));
  row.number(report ? report->kind : form->status);
  const auto texts = texts_of(event);
  for (const auto variable : plan.variables)
    row.text(texts[variable]);
  if (form) {
    for (const auto& instant : {form->started_at, form->completed_at, form->received_at})
      row.instant(instant);
    row.text(answers_json(form->answers));
  }
  row.text(record.value);
  const auto digest = hash(record.value);
  row.text({reinterpret_cast<const char*>(digest.data()), digest.size()});
  row.end();
}

/// Returns one list of transactions per partition.
std::vector<std::vector<copy_transaction>> encode_topic(const table_plan& plan,
                                                        const std::string& statement,
                                                        const std::vector<kept_record>& records,
                                                        std::size_t transaction_records) {
  std::map<std::int32_t, std::vector<const kept_record*>> partitions;
  for (const auto& record : records)
    partitions[record.partition].push_back(&record);
  reader read;
  sha256 hash;
  std::vector<std::vector<copy_transaction>> lists;
  for (const auto& [partition, members] : partitions) {
    auto& list = lists.emplace_back();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i % transaction_records == 0)
        list.push_back({{{&statement, {}}}});
      encode_row(plan, *members[i], read(*members[i]), hash, list.back().pieces.front().rows);
    }
  }
  return lists;
}

} // namespace

wide_rows make_wide_rows(const std::vector<std::vector<kept_record>>& topics,
                         std::size_t transaction_records) {
  wide_rows rows;
  std::vector<std::vector<copy_transaction>> lists;
  for (const auto& records : topics) {
    const auto plan = plan_table(records);
    rows.schema += schema_of(plan);
    rows.columns.push_back(plan.variables.size());
    rows.statements.push_back(fmt::format("COPY {} FROM STDIN (FORMAT binary)", plan.name));
    const auto cpu_before = process_cpu_seconds();
    for (auto& list : encode_topic(plan, rows.statements.back(), records, transaction_records))
      lists.push_back(std::move(list));
    rows.decode_seconds += process_cpu_seconds() - cpu_before;
  }
  std::size_t longest = 0;
  for (const auto& list : lists)
    longest = std::max(longest, list.size());
  for (std::size_t i = 0; i < longest; ++i)
    for (auto& list : lists)
      if (i < list.size())
        rows.transactions.push_back(std::move(list[i]));
  return rows;
}

} // namespace aepro::bench
