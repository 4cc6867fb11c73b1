#include "bench/stored_rows.hpp"

#include "bench/copy_connection.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>

namespace aepro::bench {

namespace {

/// Referenced tables first: `stream` is what others refer to.
constexpr auto list_tables =
    "SELECT string_agg(quote_ident(relname), ' ' ORDER BY relname <> 'stream', relname) "
    "FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace "
    "AND relname NOT IN ('schema_version', 'rule')";

/// Tables of so few rows (streams, their states, dictionaries) are written at the start, as aepro
/// does; in one transaction they also find what they refer to.
constexpr std::uint64_t few_rows = 1000;

} // namespace

stored_rows take_stored_rows(const std::string& url, std::size_t transaction_count) {
  copy_connection connection(url);
  connection.run("SET synchronize_seqscans = off");
  stored_rows taken;
  taken.transactions.resize(transaction_count);
  std::istringstream names(connection.run(list_tables));
  for (std::string table; names >> table;) {
    taken.tables.push_back(table);
    const auto count =
        std::strtoull(connection.run("SELECT count(*) FROM " + table).c_str(), nullptr, 10);
    const auto& statement =
        taken.statements.emplace_back(fmt::format("COPY {} FROM STDIN (FORMAT binary)", table));
    std::uint64_t number = 0;
    const auto deal = [&](std::string_view row) {
      const auto place = count <= few_rows ? 0 : number * transaction_count / count;
      auto& pieces = taken.transactions[place].pieces;
      if (pieces.empty() || pieces.back().statement != &statement)
        pieces.push_back({&statement, {}});
      pieces.back().rows.append(row);
      taken.bytes += row.size();
      ++number;
    };
    connection.copy_out(fmt::format("COPY {} TO STDOUT (FORMAT binary)", table), deal);
    taken.rows += number;
  }
  return taken;
}

void empty_tables(const std::string& url, const std::vector<std::string>& tables) {
  copy_connection connection(url);
  connection.run(fmt::format("TRUNCATE {}", fmt::join(tables, ", ")));
}

} // namespace aepro::bench
