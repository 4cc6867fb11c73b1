#include "actors/storage/sql_reviews.hpp"

#include "actors/common/parts_digest.hpp"
#include "actors/storage/notification_queries.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/review_queries.hpp"
#include "actors/storage/rows/row_writer.hpp"
#include "actors/storage/sql_notification_rows.hpp"
#include "actors/storage/sql_review_rows.hpp"
#include "actors/storage/sql_value_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace aepro {

namespace {

constexpr int reviews_purpose = static_cast<int>(publication::reviews);

std::string damage_text(const stream_name& stream, const stored_segment& segment,
                        const segment_damage& damage) {
  return fmt::format("{}[{}]: segment {}..{}: {}", stream.topic, stream.partition,
                     segment.first_offset, segment.last_offset, damage.message);
}

} // namespace

caf::expected<unix_milliseconds> sql_reviews::now() {
  session_->start_clock();
  return session_->now();
}

caf::expected<std::string> sql_reviews::store_id() {
  session_->start_clock();
  return session_->store_id();
}

caf::expected<bool> sql_reviews::cover(const std::vector<std::string>& scales) {
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<bool> {
    const auto locked = session_->run(std::string(lock_review_scope));
    if (!locked)
      return locked.error();
    auto known = lines_of(locked->empty() ? std::string() : locked->front().front().text);
    const auto before = known.size();
    known.insert(scales.begin(), scales.end());
    if (known.size() == before)
      return false;
    const std::vector<sql_value> all{text_value(text_of_lines(known))};
    if (const auto changed = session_->run(std::string(change_review_scope), all); !changed)
      return changed.error();
    if (const auto begun = session_->run(fmt::format(begin_anew, reviews_purpose)); !begun)
      return begun.error();
    return true;
  });
}

caf::expected<std::vector<std::string>> sql_reviews::covered() {
  const auto found = session_->run(std::string(review_scope_scales));
  if (!found)
    return found.error();
  const auto scales = lines_of(found->empty() ? std::string() : found->front().front().text);
  return std::vector<std::string>(scales.begin(), scales.end());
}

/// The stream's end is read first: records before it are there, with all of each.
caf::expected<form_page> sql_reviews::new_forms(const stream_name& stream,
                                                const form_page_limits& limits) {
  session_->start_clock();
  const std::vector<sql_value> name{text_value(stream.topic), std::int64_t{stream.partition}};
  const auto cursor = session_->run(fmt::format(stream_cursor, reviews_purpose), name);
  if (!cursor)
    return cursor.error();
  form_page page;
  if (cursor->empty())
    return page;
  page.begin_offset = page.next_offset = cursor->front()[2].number;
  page.end_offset = std::max(cursor->front()[1].number, page.begin_offset);
  auto scales = covered();
  if (!scales)
    return scales.error();
  const place from{stream, cursor->front()[0].number, std::move(*scales)};
  for (std::size_t records = 0;
       records < limits.records_max && page.next_offset < page.end_offset;) {
    auto segment = segment_at(from.stream_id, page.next_offset);
    if (!segment)
      return segment.error();
    if (!*segment || (*segment)->first_offset >= page.end_offset) {
      page.next_offset = page.end_offset;
      break;
    }
    records += static_cast<std::size_t>((*segment)->record_count);
    auto forms = forms_of(from, **segment);
    if (!forms)
      return forms.error();
    if (const auto* damage = std::get_if<segment_damage>(&*forms))
      page.damages.push_back(damage_text(stream, **segment, *damage));
    else if (!add_forms(page, std::get<form_list>(*forms), limits.forms_max)) {
      cut_ = cut_segment{from.stream_id, from.scales, std::move((*segment)->decisions),
                         (*segment)->first_offset, std::move(std::get<form_list>(*forms))};
      return page;
    }
    page.next_offset = std::min((*segment)->last_offset + 1, page.end_offset);
  }
  cut_.reset();
  return page;
}

caf::expected<std::optional<stored_segment>> sql_reviews::segment_at(std::int64_t stream_id,
                                                                     std::int64_t offset) {
  const std::vector<sql_value> values{stream_id, offset};
  auto found = session_->run(std::string(segment_decisions_at), values);
  if (!found)
    return std::move(found.error());
  if (found->empty())
    return std::nullopt;
  auto& row = found->front();
  stored_segment segment;
  segment.first_offset = row[0].number;
  segment.last_offset = row[1].number;
  segment.record_count = row[2].number;
  segment.stored_at = row[3].number;
  segment.decisions = std::move(row[4].text);
  return segment;
}

/// The records of a segment are read only where one of them counts.
caf::expected<std::variant<form_list, segment_damage>>
sql_reviews::forms_of(const place& from, stored_segment& segment) {
  if (cut_ && cut_->stream_id == from.stream_id && cut_->first_offset == segment.first_offset &&
      cut_->scales == from.scales && cut_->decisions == segment.decisions)
    return std::variant<form_list, segment_damage>(std::move(cut_->forms));
  auto scored = scored_records(segment, from.scales);
  if (auto* damage = std::get_if<segment_damage>(&scored))
    return std::move(*damage);
  const auto corrections = corrected(from.stream_id, segment);
  if (!corrections)
    return corrections.error();
  const auto& records = std::get<std::vector<scored_record>>(scored);
  if (records.empty() && corrections->empty())
    return form_list{};
  const std::vector<sql_value> values{from.stream_id, segment.first_offset};
  auto found = session_->run(std::string(segment_records_of), values);
  if (!found)
    return std::move(found.error());
  if (!found->empty())
    segment.records = std::move(found->front().front().text);
  return reviewed_forms(segment, from.stream, records, *corrections, from.scales);
}

caf::expected<std::set<std::int64_t>> sql_reviews::corrected(std::int64_t stream_id,
                                                             const stored_segment& segment) {
  const std::vector<sql_value> values{stream_id, segment.first_offset, segment.last_offset};
  const auto found = session_->run(std::string(corrected_forms), values);
  if (!found)
    return found.error();
  std::set<std::int64_t> offsets;
  for (const auto& row : *found)
    offsets.insert(row.front().number);
  return offsets;
}

caf::expected<form_intake> sql_reviews::take_up(const stream_claim& claim, const form_page& page,
                                                const plan_forms& plan) {
  session_->start_clock();
  // By key: two nodes that change the same histories lock them in one order.
  std::map<std::string, std::vector<reviewed_form>> histories;
  for (const auto& form : page.forms)
    histories[parts_digest({form.study, form.subject, form.instrument}, 32)].push_back(form);
  return in_transaction(*session_, [&]() -> caf::expected<form_intake> {
    form_intake intake;
    const std::vector<sql_value> move{page.next_offset, text_value(claim.stream.topic),
                                      std::int64_t{claim.stream.partition},
                                      static_cast<std::int64_t>(claim.epoch), page.begin_offset};
    const auto moved = session_->run(fmt::format(move_stream_cursor, reviews_purpose), move);
    if (!moved)
      return moved.error();
    if (moved->empty())
      return intake;
    intake.moved = true;
    std::vector<notification> told;
    for (const auto& [key, forms] : histories)
      if (auto failed = change_history(key, forms, plan, told))
        return failed;
    const auto added = add_notifications(told);
    if (!added)
      return added.error();
    intake.told = *added;
    return intake;
  });
}

caf::error sql_reviews::change_history(const std::string& key, std::span<const reviewed_form> forms,
                                       const plan_forms& plan, std::vector<notification>& told) {
  const std::vector<sql_value> name{key};
  if (auto locked = session_->run(std::string(lock_form_history), name); !locked)
    return std::move(locked.error());
  auto history = history_of(key, forms.front());
  if (!history)
    return std::move(history.error());
  auto changes = plan(std::move(*history), forms);
  value_rows kept;
  for (const auto& form : changes.kept) {
    kept.add(form_values(key, form));
    if (kept.count == rows_of_statement)
      if (auto failed = flush(*session_, keep_forms, kept))
        return failed;
  }
  if (auto failed = flush(*session_, keep_forms, kept))
    return failed;
  for (const auto& id : changes.dropped) {
    const std::vector<sql_value> values{key, id};
    if (auto dropped = session_->run(std::string(drop_form), values); !dropped)
      return std::move(dropped.error());
  }
  std::ranges::move(changes.told, std::back_inserter(told));
  return {};
}

caf::expected<form_history> sql_reviews::history_of(const std::string& key,
                                                    const reviewed_form& form) {
  const std::vector<sql_value> name{key};
  const auto rows = session_->run(std::string(forms_of_history), name);
  if (!rows)
    return rows.error();
  form_history history;
  for (const auto& row : *rows) {
    auto& known = history.forms.emplace_back(form_of(row));
    known.study = form.study;
    known.subject = form.subject;
    known.instrument = form.instrument;
  }
  const auto subject = session_->key_literal(subject_row_key(form.study, form.subject));
  const auto started = session_->run(fmt::format(treatment_start, subject));
  if (!started)
    return started.error();
  if (!started->empty())
    history.treatment_start = started->front().front().text;
  return history;
}

caf::expected<std::size_t> sql_reviews::add_notifications(const std::vector<notification>& told) {
  value_rows rows;
  for (const auto& one : told)
    rows.add(notification_values(one));
  if (rows.count == 0)
    return std::size_t{0};
  const auto added = run_with(*session_, insert_notifications, rows);
  if (!added)
    return added.error();
  return added->size();
}

caf::expected<std::vector<notification_mute>> sql_reviews::mutes(unix_milliseconds now) {
  session_->start_clock();
  return current_mutes_of(*session_, now);
}

} // namespace aepro
