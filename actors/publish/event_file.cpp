#include "actors/publish/event_file.hpp"

#include "actors/publish/event_json_trouble.hpp"
#include "actors/publish/response_grouping.hpp"
#include "actors/publish/sdtm_mapping.hpp"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <unordered_map>

namespace aepro {

namespace {

constexpr std::size_t line_bytes_max = 16 << 20;

/// How many rows each subject still has to come: its forms are complete at zero.
using rows_left = std::unordered_map<std::string, std::uint64_t>;

std::string subject_of(const sdtm_columns& columns, const csv_row& row) {
  if (!find_row_problem(columns, row).empty())
    return {};
  const sdtm_row values(columns, row);
  return record_key(values["STUDYID"], values["USUBJID"]);
}

rows_left count_rows(std::istream& input) {
  rows_left left;
  csv_reader reader(input);
  const auto header = reader.next();
  const auto columns = read_columns(*header);
  while (const auto row = reader.next())
    ++left[subject_of(std::get<sdtm_columns>(columns), *row)];
  input.clear();
  input.seekg(0);
  return left;
}

class table_reading {
public:
  table_reading(std::istream& input, const event_file_options& options, const event_sink& on_event,
                const bad_row_sink& on_bad_row)
      : input_(input), options_(options), on_event_(on_event), on_bad_row_(on_bad_row) {}

  event_file_result run() {
    const auto start = input_.tellg();
    csv_reader reader(input_);
    const auto header = reader.next();
    if (!header)
      return fail("the file is empty");
    auto columns = read_columns(*header);
    if (const auto* problem = std::get_if<std::string>(&columns))
      return fail(*problem);
    columns_ = std::get<sdtm_columns>(std::move(columns));
    const auto domain = options_.domain ? options_.domain : guess_domain(columns_);
    if (!domain)
      return fail("the columns are not those of AE, DM or QS; say --kind ae, dm or qs");
    result_.kind = to_string(*domain);
    result_.unused_columns = find_unused_columns(columns_, *domain);
    if (*domain == sdtm_domain::questionnaires) {
      input_.clear();
      input_.seekg(start);
      if (!input_)
        return fail("questionnaire answers are read twice; give a file, not a pipe");
      return read_responses();
    }
    while (const auto row = reader.next())
      if (!take(map_row(columns_, *row, *domain, options_.source_system)))
        break;
    return result_;
  }

private:
  event_file_result fail(std::string problem) {
    result_.problem = std::move(problem);
    return result_;
  }

  event_file_result read_responses() {
    auto left = count_rows(input_);
    response_grouping grouping(options_.source_system);
    csv_reader reader(input_);
    reader.next();
    while (const auto row = reader.next()) {
      ++result_.counts.rows;
      if (const auto bad = grouping.add(columns_, *row))
        refuse(*bad);
      const auto subject = subject_of(columns_, *row);
      if (!subject.empty() && --left[subject] == 0 &&
          !send_subject(grouping, sdtm_row(columns_, *row)))
        break;
    }
    return result_;
  }

  bool send_subject(response_grouping& grouping, const sdtm_row& row) {
    for (const auto& event : grouping.take_subject(row["STUDYID"], row["USUBJID"])) {
      ++result_.counts.events;
      if (!on_event_(event))
        return false;
    }
    return true;
  }

  bool take(const std::variant<published_event, bad_row>& mapped) {
    ++result_.counts.rows;
    if (const auto* bad = std::get_if<bad_row>(&mapped)) {
      refuse(*bad);
      return true;
    }
    ++result_.counts.events;
    return on_event_(std::get<published_event>(mapped));
  }

  void refuse(const bad_row& bad) {
    ++result_.counts.bad_rows;
    on_bad_row_(bad);
  }

  std::istream& input_;
  const event_file_options& options_;
  const event_sink& on_event_;
  const bad_row_sink& on_bad_row_;
  sdtm_columns columns_;
  event_file_result result_;
};

/// Reads a line up to the limit; returns false at the end. A longer line is cut and skipped to its
/// end.
bool read_line(std::istream& input, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  int letter = input.get();
  if (letter == std::istream::traits_type::eof())
    return false;
  for (; letter != '\n' && letter != std::istream::traits_type::eof(); letter = input.get()) {
    if (line.size() < line_bytes_max)
      line += static_cast<char>(letter);
    else
      too_long = true;
  }
  if (!line.empty() && line.back() == '\r')
    line.pop_back();
  return true;
}

event_file_result read_lines(std::istream& input, const event_sink& on_event,
                             const bad_row_sink& on_bad_row) {
  event_file_result result;
  result.kind = "events";
  std::string line;
  bool too_long = false;
  for (std::size_t number = 1; read_line(input, line, too_long); ++number) {
    if (line.find_first_not_of(" \t") == std::string::npos)
      continue;
    ++result.counts.rows;
    const auto parsed = too_long ? "the line is longer than 16 MiB" : parse_event_line(line);
    if (const auto* problem = std::get_if<std::string>(&parsed)) {
      ++result.counts.bad_rows;
      on_bad_row({number, *problem});
      continue;
    }
    ++result.counts.events;
    if (!on_event(std::get<published_event>(parsed)))
      break;
  }
  return result;
}

} // namespace

std::variant<published_event, std::string> parse_event_line(std::string_view line) {
  v1::Event event;
  const auto status =
      google::protobuf::util::JsonStringToMessage({line.data(), line.size()}, &event);
  if (!status.ok())
    return find_event_json_trouble(line);
  published_event out;
  switch (event.body_case()) {
    case v1::Event::kAdverseEvent: out.kind = event_kind::adverse_event; break;
    case v1::Event::kQuestionnaireResponse: out.kind = event_kind::questionnaire_response; break;
    case v1::Event::kSubjectData: out.kind = event_kind::subject; break;
    case v1::Event::BODY_NOT_SET:
      return "has neither adverseEvent, questionnaireResponse nor subjectData";
  }
  for (const auto& [name, value] :
       {std::pair{"eventId", &event.event_id()}, std::pair{"study", &event.study()},
        std::pair{"subject", &event.subject()}})
    if (value->empty())
      return fmt::format("{} is missing", name);
  out.event_id = event.event_id();
  out.key = record_key(event.study(), event.subject());
  out.value = event.SerializeAsString();
  return out;
}

event_file_result read_event_file(std::istream& input, const event_file_options& options,
                                  const event_sink& on_event, const bad_row_sink& on_bad_row) {
  if (!options.domain && (input.peek() == '{'))
    return read_lines(input, on_event, on_bad_row);
  return table_reading(input, options, on_event, on_bad_row).run();
}

} // namespace aepro
