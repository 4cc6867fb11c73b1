/// Reports: many rows by one statement, so that a digest's ten thousand hold nothing up.

#include "actors/storage/notification_queries.hpp"
#include "actors/storage/sql_notification_rows.hpp"
#include "actors/storage/sql_notifications.hpp"
#include "actors/storage/sql_value_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace aepro {

namespace {

std::string ids_of(std::span<const delivery_report* const> reports) {
  std::vector<std::int64_t> ids;
  for (const auto* one : reports)
    ids.push_back(one->after.id);
  return fmt::format("{}", fmt::join(ids, ", "));
}

} // namespace

/// `reports`: as many as one statement takes, ordered by id.
caf::error sql_notifications::write(std::span<const delivery_report* const> reports) {
  // A statement takes its rows in an order of its own: two nodes that report of the same ones would
  // block each other.
  if (const auto wait = session_->wait_for_taken_rows(); reports.size() > 1 && !wait.empty())
    if (auto locked = session_->run(fmt::format(lock_notifications, ids_of(reports), wait));
        !locked)
      return std::move(locked.error());
  value_rows attempts, moves;
  for (const auto* one : reports) {
    for (std::size_t i = 0; i < one->attempts.size(); ++i) {
      attempts.add(attempt_values(one->attempts[i], one->after, one->lease, i));
      if (attempts.count == rows_of_statement)
        if (auto failed = flush(*session_, insert_attempts, attempts))
          return failed;
    }
    moves.add(move_values(one->after, one->lease));
  }
  if (auto failed = flush(*session_, insert_attempts, attempts))
    return failed;
  return flush(*session_, move_notifications, moves);
}

caf::expected<void> sql_notifications::report(const std::vector<delivery_report>& reports) {
  if (reports.empty())
    return caf::unit;
  std::vector<const delivery_report*> ordered;
  for (const auto& one : reports)
    ordered.push_back(&one);
  std::ranges::stable_sort(ordered, {}, [](const delivery_report* one) { return one->after.id; });
  session_->start_clock();
  return in_transaction(*session_, [&]() -> caf::expected<void> {
    const std::span<const delivery_report* const> all(ordered);
    for (std::size_t first = 0; first < all.size(); first += rows_of_statement)
      if (auto failed = write(all.subspan(first, std::min(rows_of_statement, all.size() - first))))
        return failed;
    return caf::unit;
  });
}

} // namespace aepro
