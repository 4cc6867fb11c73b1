// What each stage costs a record in CPU time of one thread, without broker and database.
// usage: stage_costs [RECORDS [BATCH [ROUNDS [ZSTD LEVEL]]]]

#include "actors/simulate/trial_generator.hpp"
#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "actors/storage/postgres_copy.hpp"
#include "actors/storage/rows/plan_rows.hpp"
#include "actors/validation/batch_decider.hpp"
#include "actors/validation/subject_context.hpp"
#include "messages/codec/event_decoder.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <ctime>
#include <deque>
#include <map>

namespace aepro {

namespace {

struct owned_record {
  std::string key, value;
  std::vector<std::pair<std::string, std::string>> header_texts;
  std::vector<header_view> headers;
};

struct owned_records final : record_buffers {
  std::deque<owned_record> records;
};

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Sums of CPU time by stage, in the order in which the stages were first named.
class stage_clock {
public:
  template <class Work>
  auto operator()(const char* stage, Work work) {
    const auto before = cpu_seconds();
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      add(stage, cpu_seconds() - before);
    } else {
      auto result = work();
      add(stage, cpu_seconds() - before);
      return result;
    }
  }

  void print(std::size_t records) const {
    double sum = 0;
    for (const auto& [stage, seconds] : sums_) {
      fmt::print("{:<28}{:>8.3f} us/record\n", stage, 1e6 * seconds / static_cast<double>(records));
      sum += seconds;
    }
    fmt::print("{:<28}{:>8.3f} us/record\n", "sum", 1e6 * sum / static_cast<double>(records));
  }

private:
  void add(const char* stage, double seconds) {
    for (auto& [name, sum] : sums_)
      if (name == stage) {
        sum += seconds;
        return;
      }
    sums_.emplace_back(stage, seconds);
  }

  std::vector<std::pair<std::string, double>> sums_;
};

using batch_list = std::vector<std::shared_ptr<record_batch>>;

/// The simulated trial's events, cut into batches of one partition; reference data goes to
/// `subjects`.
batch_list make_batches(std::size_t records, std::size_t batch_size,
                        std::map<subject_key, subject_context_ptr>& subjects) {
  trial_options options;
  options.events = records;
  options.troubles = trouble_shares::none();
  options.trace_context = false;
  options.record_numbers = false;
  trial_generator generator(options);
  simulated_record record;
  codec::event_decoder decoder({});
  std::pmr::monotonic_buffer_resource arena;
  batch_list batches;
  std::shared_ptr<owned_records> owner;
  std::int64_t offset = 0;
  while (generator.next(record)) {
    if (record.topic == options.subjects_topic) {
      event_view event;
      decoder.decode(record.value, {record.header_storage.data(), record.header_count}, arena,
                     event);
      subject_key key{std::string(event.study), std::string(event.subject)};
      subjects[key] = make_subject_context(key.study, key.subject, std::string(event.site), 1,
                                           std::string(event.body_bytes));
      continue;
    }
    if (batches.empty() || batches.back()->records.size() == batch_size) {
      batches.push_back(std::make_shared<record_batch>());
      batches.back()->stream = {"events", 0};
      owner = std::make_shared<owned_records>();
      batches.back()->buffers.push_back(owner);
    }
    auto& owned = owner->records.emplace_back();
    owned.key = record.key;
    owned.value = record.value;
    for (std::size_t i = 0; i < record.header_count; ++i)
      owned.header_texts.emplace_back(record.header_storage[i].name,
                                      record.header_storage[i].value);
    for (const auto& [name, value] : owned.header_texts)
      owned.headers.push_back({name, value, false});
    record_view view;
    view.offset = offset++;
    view.timestamp = record.timestamp;
    view.key = owned.key;
    view.value = owned.value;
    view.headers = owned.headers;
    batches.back()->bytes += owned.value.size() + owned.key.size();
    batches.back()->records.push_back(view);
  }
  return batches;
}

class counting_sink final : public row_sink {
public:
  bool add(std::span<const cell> row) override {
    for (const auto& value : row)
      bytes += value.text.size() + 8;
    ++rows;
    return true;
  }
  std::size_t rows = 0, bytes = 0;
};

void write_rows(const group_plan& plan, row_writer& writer, row_sink& sink) {
  for (const auto kind : {event_kind::adverse_event, event_kind::questionnaire_response})
    write_events(plan, kind, {}, writer, sink);
  write_findings(plan, writer, sink);
  write_alerts(plan, writer, sink);
}

void run(std::size_t records, std::size_t batch_size, int rounds, int level) {
  std::map<subject_key, subject_context_ptr> subjects;
  const auto batches = make_batches(records, batch_size, subjects);
  const decide_options options;
  const stored_stream stream{1, {"events", 0}};
  const std::vector<stream_claim> states{{stream.name, 1, -1, {}}};
  stage_clock clock;
  std::size_t values = 0, evidence = 0, findings = 0, done = 0;
  row_writer writer;
  counting_sink sink;
  for (int round = 0; round < rounds; ++round)
    for (const auto& batch : batches) {
      auto pending = clock("decode, digest", [&] { return prepare(batch, options); });
      std::vector<subject_context_ptr> contexts;
      for (const auto& key : pending.subjects)
        contexts.push_back(subjects.at(key));
      auto decided = clock("decide", [&] { return finish(std::move(pending), contexts, options); });
      decided->evidence =
          clock("evidence (zstd)", [&] { return encode_evidence(*batch, {level}); });
      auto plan = clock("plan (sort)", [&] {
        return std::make_unique<group_plan>(std::vector<planned_input>{{decided.get(), &stream}});
      });
      clock("rows", [&] { write_rows(*plan, writer, sink); });
      clock("verdicts, chain", [&] { plan->resolve({}, states); });
      writer.shared().settle(true);
      done += batch->records.size();
      values += batch->bytes;
      evidence += decided->evidence.size() + plan->batches()[0].decisions.size();
      for (const auto& record : decided->records)
        findings += record.decision.findings.size();
      clock("free", [&] {
        plan.reset();
        decided.reset();
      });
    }
  fmt::print(
      "{} records of {} bytes, evidence {} bytes, {:.2f} findings, {} bytes per decoded record\n",
      done, values / done, evidence / done,
      static_cast<double>(findings) / static_cast<double>(done), sizeof(decided_record));
  clock.print(done);
}

} // namespace

} // namespace aepro

int main(int argc, char** argv) {
  const auto argument = [&](int i, long otherwise) {
    return argc > i ? std::atol(argv[i]) : otherwise;
  };
  aepro::run(static_cast<std::size_t>(argument(1, 100'000)),
             static_cast<std::size_t>(argument(2, 2000)), static_cast<int>(argument(3, 3)),
             static_cast<int>(argument(4, 1)));
}
