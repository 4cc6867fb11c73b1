#include "actors/storage/postgres_view_check.hpp"

#include "actors/storage/postgres_values.hpp"

#include "messages/error_text.hpp"

namespace aepro {

namespace {

/// The planner's figures may change between two plans, by an ANALYZE; each time is no accident.
constexpr int tries_max = 3;

/// A failed statement ends in an error and leaves the transaction usable.
caf::expected<postgres_result> run_in_savepoint(postgres_connection& connection,
                                                const std::string& statement) {
  if (auto begun = connection.run("SAVEPOINT aepro_view"); !begun)
    return std::move(begun.error());
  auto rows = connection.run(statement);
  if (!rows && connection.session_ended())
    return rows;
  auto ended = connection.run(rows ? "RELEASE SAVEPOINT aepro_view"
                                   : "ROLLBACK TO SAVEPOINT aepro_view; RELEASE SAVEPOINT "
                                     "aepro_view");
  return ended ? std::move(rows) : std::move(ended);
}

/// The plan without costs; and without the query's number, which some servers add.
caf::expected<std::string> plan_of(postgres_connection& connection, const std::string& query) {
  const auto rows = run_in_savepoint(connection, "EXPLAIN (VERBOSE, COSTS OFF) " + query);
  if (!rows)
    return rows.error();
  std::string plan;
  for (int i = 0; i < PQntuples(rows->get()); ++i)
    if (const auto line = field(rows->get(), i, 0); !line.starts_with("Query Identifier"))
      plan.append(line).append("\n");
  return plan;
}

/// Names and types.
caf::expected<std::string> columns_of(postgres_connection& connection, const std::string& query) {
  const auto rows = run_in_savepoint(connection, query + " LIMIT 0");
  if (!rows)
    return rows.error();
  std::string columns;
  for (int i = 0; i < PQnfields(rows->get()); ++i)
    columns.append(PQfname(rows->get(), i))
        .append(" ")
        .append(std::to_string(PQftype(rows->get(), i)) + "\n");
  return columns;
}

} // namespace

caf::expected<std::string> postgres_view_difference(postgres_connection& connection,
                                                    const std::string& name,
                                                    const std::string& query) {
  const auto all = "SELECT * FROM " + name;
  for (const auto& inspect : {columns_of, plan_of}) {
    bool same = false;
    for (int tries = 0; tries < tries_max && !same; ++tries) {
      const auto expected = inspect(connection, query);
      if (!expected)
        return expected.error();
      const auto found = inspect(connection, all);
      if (!found && found.error() != errc::store_broken)
        return found.error();
      if (!found)
        return "cannot be read: " + error_text(found.error());
      same = *found == *expected;
    }
    if (!same)
      return std::string("is not as aepro makes it");
  }
  return std::string{};
}

} // namespace aepro
