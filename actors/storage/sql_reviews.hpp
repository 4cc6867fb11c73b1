#pragma once

/// Adapter: forms that are compared with each other in a SQL database. What SQLite and PostgreSQL
/// do differently is the session's.

#include "actors/review/reviewed_segment.hpp"
#include "actors/storage/review_store.hpp"
#include "actors/storage/sql_session.hpp"

#include <memory>
#include <optional>
#include <set>

namespace aepro {

class sql_reviews final : public review_store {
public:
  explicit sql_reviews(std::unique_ptr<sql_session> session) : session_(std::move(session)) {}

  caf::expected<unix_milliseconds> now() override;
  caf::expected<std::string> store_id() override;
  caf::expected<bool> cover(const std::vector<std::string>& scales) override;
  caf::expected<form_page> new_forms(const stream_name& stream,
                                     const form_page_limits& limits) override;
  caf::expected<form_intake> take_up(const stream_claim& claim, const form_page& page,
                                     const plan_forms& plan) override;
  caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) override;

private:
  /// A stream as it is read from its cursor on.
  struct place {
    const stream_name& stream;
    std::int64_t stream_id = 0;
    std::vector<std::string> scales;
  };

  caf::expected<std::vector<std::string>> covered();
  caf::expected<std::optional<stored_segment>> segment_at(std::int64_t stream_id,
                                                          std::int64_t offset);
  caf::expected<std::variant<form_list, segment_damage>> forms_of(const place& from,
                                                                  stored_segment& segment);
  caf::expected<std::set<std::int64_t>> corrected(std::int64_t stream_id,
                                                  const stored_segment& segment);
  caf::error change_history(const std::string& key, std::span<const reviewed_form> forms,
                            const plan_forms& plan, std::vector<notification>& told);
  caf::expected<form_history> history_of(const std::string& key, const reviewed_form& form);
  caf::expected<std::size_t> add_notifications(const std::vector<notification>& told);
  /// The segment at which the last page was cut, so that it is not unpacked for each page.
  struct cut_segment {
    std::int64_t stream_id = 0;
    std::vector<std::string> scales;
    std::string decisions; ///< They are the same: so is the segment.
    std::int64_t first_offset = 0;
    form_list forms;
  };

  std::unique_ptr<sql_session> session_;
  std::optional<cut_segment> cut_;
};

} // namespace aepro
