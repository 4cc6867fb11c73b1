#include "bench/copy_connection.hpp"

#include <algorithm>
#include <stdexcept>

namespace aepro::bench {

namespace {

using namespace std::string_view_literals;

constexpr auto header = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv; ///< Signature, flags, no extension.
constexpr auto trailer = "\377\377"sv;                          ///< A row of -1 fields.
constexpr std::size_t piece_bytes = 128 * 1024;

} // namespace

copy_connection::copy_connection(const std::string& url) : handle_(PQconnectdb(url.c_str())) {
  if (PQstatus(handle_.get()) != CONNECTION_OK)
    throw std::runtime_error(PQerrorMessage(handle_.get()));
}

void copy_connection::expect(const result_handle& result, ExecStatusType wanted) {
  if (PQresultStatus(result.get()) != wanted)
    throw std::runtime_error(PQerrorMessage(handle_.get()));
}

std::string copy_connection::run(const std::string& statements) {
  const result_handle result(PQexec(handle_.get(), statements.c_str()));
  if (PQresultStatus(result.get()) == PGRES_TUPLES_OK)
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  expect(result, PGRES_COMMAND_OK);
  return {};
}

void copy_connection::copy_in(const std::string& statement, std::string_view rows) {
  expect(result_handle(PQexec(handle_.get(), statement.c_str())), PGRES_COPY_IN);
  const auto send = [this](std::string_view bytes) {
    if (PQputCopyData(handle_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1)
      throw std::runtime_error(PQerrorMessage(handle_.get()));
  };
  send(header);
  for (; !rows.empty(); rows.remove_prefix(std::min(rows.size(), piece_bytes)))
    send(rows.substr(0, piece_bytes));
  send(trailer);
  if (PQputCopyEnd(handle_.get(), nullptr) != 1)
    throw std::runtime_error(PQerrorMessage(handle_.get()));
  expect(result_handle(PQgetResult(handle_.get())), PGRES_COMMAND_OK);
  while (PQgetResult(handle_.get()) != nullptr)
    continue;
}

void copy_connection::copy_out(const std::string& statement,
                               const std::function<void(std::string_view)>& take) {
  expect(result_handle(PQexec(handle_.get(), statement.c_str())), PGRES_COPY_OUT);
  // PostgreSQL sends one row in each message; the header comes with the first.
  bool is_first = true;
  char* bytes = nullptr;
  for (int size = 0; (size = PQgetCopyData(handle_.get(), &bytes, 0)) > 0;) {
    const std::unique_ptr<char, void (*)(void*)> owned(bytes, PQfreemem);
    std::string_view row(bytes, static_cast<std::size_t>(size));
    if (is_first)
      row.remove_prefix(std::min(header.size(), row.size()));
    is_first = false;
    if (!row.empty() && row != trailer)
      take(row);
  }
  expect(result_handle(PQgetResult(handle_.get())), PGRES_COMMAND_OK);
  while (PQgetResult(handle_.get()) != nullptr)
    continue;
}

} // namespace aepro::bench
