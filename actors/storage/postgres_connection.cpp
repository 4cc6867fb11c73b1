#include "actors/storage/postgres_connection.hpp"

#include "actors/storage/make_store_error.hpp"

#include <fmt/format.h>

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <future>
#include <optional>
#include <thread>
#include <vector>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

/// How long a cancel may take to be sent, and then the statement to answer, before the connection
/// is given up.
constexpr std::chrono::milliseconds cancel_grace{1'000};

/// How late a call may learn that all calls must end.
constexpr std::chrono::milliseconds limit_look_interval{200};

constexpr std::string_view read_only_transaction = "25006";

bool ends_session(const PGresult* result) {
  const auto* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity != nullptr &&
         (std::string_view(severity) == "FATAL" || std::string_view(severity) == "PANIC");
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.remove_suffix(1);
  std::string out(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

} // namespace

std::int64_t milliseconds_left(steady::time_point deadline) {
  constexpr std::int64_t day = 86'400'000;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady::now());
  return std::clamp<std::int64_t>(left.count(), 1, day);
}

std::string without_password(const std::string& url) {
  const auto begin = url.find("//");
  const auto at = url.find('@');
  const auto colon = begin == std::string::npos ? begin : url.find(':', begin);
  if (at == std::string::npos || colon == std::string::npos || colon > at)
    return url;
  return url.substr(0, colon) + url.substr(at);
}

caf::expected<std::unique_ptr<postgres_connection>>
postgres_connection::open(const store_options& options, time_point latest) {
  std::vector<const char*> keywords{"dbname", "application_name", "client_encoding"};
  std::vector<const char*> values{options.url.c_str(), "aepro", "UTF8"};
  if (!options.password.empty()) {
    keywords.push_back("password");
    values.push_back(options.password.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  auto* handle = PQconnectStartParams(keywords.data(), values.data(), 1);
  std::unique_ptr<postgres_connection> connection(new postgres_connection(handle, options));
  connection->set_deadline(std::min(steady::now() + options.connect_timeout, latest));
  if (handle == nullptr || PQstatus(handle) == CONNECTION_BAD)
    return connection->connection_error("connect");
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED)
      return connection->connection_error("connect");
    if (!connection->wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT)) {
      if (steady::now() >= std::min(latest, options.limit->latest()))
        return connection->deadline_error();
      return make_store_error(errc::store_unavailable,
                              fmt::format("{}: no connection within {} ms", connection->name_,
                                          options.connect_timeout.count()));
    }
    state = PQconnectPoll(handle);
  }
  PQsetnonblocking(handle, 1);
  // A node that dies or hangs in a transaction must not hold its locks for ever.
  auto set = connection->run(fmt::format(
      "SET client_min_messages = error; SET idle_in_transaction_session_timeout = {}; "
      "SET bytea_output = hex; SET standard_conforming_strings = on; SET synchronous_commit = on",
      std::chrono::milliseconds(options.idle_in_transaction_max).count()));
  if (!set)
    return set.error();
  return connection;
}

postgres_connection::postgres_connection(PGconn* handle, const store_options& options)
    : handle_(handle), name_(without_password(options.url)), limit_(options.limit) {
}

postgres_connection::~postgres_connection() {
  PQfinish(handle_);
}

caf::error postgres_connection::connection_error(std::string_view doing) {
  last_sqlstate_.clear();
  session_ended_ = true;
  return make_store_error(
      errc::store_unavailable,
      fmt::format("{}: cannot {}: {}", name_, doing,
                  handle_ == nullptr ? "out of memory" : trimmed(PQerrorMessage(handle_))));
}

caf::error postgres_connection::result_error(const PGresult* result) {
  const auto* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  last_sqlstate_ = state == nullptr ? "" : state;
  session_ended_ = ends_session(result) || PQstatus(handle_) == CONNECTION_BAD;
  refused_writes_ = refused_writes_ || last_sqlstate_ == read_only_transaction;
  auto code = session_ended_ && last_sqlstate_.empty() ? errc::store_unavailable
                                                       : classify_sqlstate(last_sqlstate_);
  // The detail may quote values of patients: the primary message and the names only.
  const auto* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const auto* table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
  return make_store_error(
      code, fmt::format("{}: {}{}{} (SQLSTATE {})", name_,
                        primary == nullptr ? trimmed(PQresultErrorMessage(result)) : primary,
                        table == nullptr ? "" : ", table ", table == nullptr ? "" : table,
                        last_sqlstate_.empty() ? "none" : last_sqlstate_));
}

caf::error postgres_connection::deadline_error() {
  return make_store_error(errc::deadline_exceeded, name_ + ": no time left");
}

/// Looks up now and then: the limit may be set meanwhile.
bool postgres_connection::wait(short events) {
  while (true) {
    const auto until = deadline();
    if (wait_until(events, std::min(until, steady::now() + limit_look_interval)))
      return true;
    if (steady::now() >= until)
      return false;
  }
}

bool postgres_connection::wait_until(short events, time_point until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
    if (left.count() <= 0)
      return false;
    pollfd entry{PQsocket(handle_), events, 0};
    const auto ready =
        poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready > 0 || (ready < 0 && errno != EINTR))
      return true; // An error shows at the next call to libpq.
  }
}

/// libpq's cancel is a connection of its own that waits for the server as long as it takes: a
/// server that hangs would hold us past every deadline. The thread ends when the server answers or
/// its host is given up by the network.
void postgres_connection::cancel() {
  auto* request = PQgetCancel(handle_);
  if (request == nullptr)
    return; // The server ends the statement by itself: statement_timeout.
  std::promise<void> promise;
  const auto sent = promise.get_future();
  std::thread([request, promise = std::move(promise)]() mutable {
    std::array<char, 256> message;
    PQcancel(request, message.data(), message.size());
    PQfreeCancel(request);
    promise.set_value();
  }).detach();
  sent.wait_for(cancel_grace);
}

caf::error postgres_connection::flush() {
  while (true) {
    const auto left = PQflush(handle_);
    if (left == 0)
      return {};
    if (left < 0)
      return connection_error("send");
    // The server may have something to say before it reads on.
    if (!wait(POLLIN | POLLOUT))
      return deadline_error();
    if (PQconsumeInput(handle_) == 0)
      return connection_error("send");
  }
}

caf::error postgres_connection::send(const std::string& statements) {
  if (steady::now() >= deadline())
    return deadline_error();
  if (PQsendQuery(handle_, statements.c_str()) != 1)
    return connection_error("send");
  return flush();
}

caf::error postgres_connection::send(const std::string& statement,
                                     std::span<const postgres_parameter> parameters) {
  if (steady::now() >= deadline())
    return deadline_error();
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (const auto& parameter : parameters) {
    types.push_back(parameter.type);
    values.push_back(parameter.bytes.data() == nullptr ? "" : parameter.bytes.data());
    lengths.push_back(static_cast<int>(parameter.bytes.size()));
    formats.push_back(1);
  }
  if (PQsendQueryParams(handle_, statement.c_str(), static_cast<int>(parameters.size()),
                        types.data(), values.data(), lengths.data(), formats.data(), 1) != 1)
    return connection_error("send");
  return flush();
}

caf::expected<postgres_result> postgres_connection::receive() {
  if (handle_ == nullptr)
    return connection_error("receive");
  std::optional<time_point> cancelled_until;
  while (PQisBusy(handle_) == 1) {
    if (!(cancelled_until ? wait_until(POLLIN, *cancelled_until) : wait(POLLIN))) {
      if (cancelled_until) {
        // The server does not even answer the cancel: nothing can be said over this connection.
        session_ended_ = true;
        PQfinish(handle_);
        handle_ = nullptr;
        return deadline_error();
      }
      cancel();
      cancelled_until = steady::now() + cancel_grace;
      continue;
    }
    if (PQconsumeInput(handle_) == 0)
      return connection_error("receive");
  }
  postgres_result result(PQgetResult(handle_));
  if (!result)
    return result;
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN: return result;
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_OUT:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    case PGRES_COPY_BOTH:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED: return result_error(result.get());
  }
  return result_error(result.get());
}

caf::expected<postgres_result> postgres_connection::run(const std::string& statements) {
  return run(statements, {});
}

caf::expected<postgres_result>
postgres_connection::run(const std::string& statement,
                         std::span<const postgres_parameter> parameters) {
  if (handle_ == nullptr)
    return make_store_error(errc::store_unavailable, name_ + ": not connected");
  if (auto failed = parameters.empty() ? send(statement) : send(statement, parameters)) {
    drain();
    return failed;
  }
  postgres_result rows;
  while (true) {
    auto result = receive();
    if (!result) {
      auto failed = std::move(result.error());
      drain();
      return failed;
    }
    if (!*result)
      return rows;
    if (PQresultStatus(result->get()) == PGRES_TUPLES_OK)
      rows = std::move(*result);
  }
}

caf::error postgres_connection::put_copy(std::string_view bytes) {
  if (PQputCopyData(handle_, bytes.data(), static_cast<int>(bytes.size())) != 1)
    return connection_error("send rows");
  return flush();
}

caf::error postgres_connection::end_copy(const char* reason) {
  if (PQputCopyEnd(handle_, reason) != 1)
    return connection_error("end the rows");
  return flush();
}

void postgres_connection::drain() {
  const auto sqlstate = last_sqlstate_;
  const auto ended = session_ended_;
  while (handle_ != nullptr && PQstatus(handle_) == CONNECTION_OK) {
    auto result = receive();
    if (!result)
      continue; // Further errors of the same query; a broken connection ends the loop.
    if (!*result)
      break;
    if (PQresultStatus(result->get()) == PGRES_COPY_IN && end_copy("given up"))
      break;
  }
  last_sqlstate_ = sqlstate;
  session_ended_ = session_ended_ || ended;
}

void postgres_connection::roll_back() {
  const auto sqlstate = last_sqlstate_;
  const auto ended = session_ended_;
  deadline_ = steady::now() + cancel_grace;
  rolls_back_ = true;
  drain();
  if (handle_ != nullptr && PQstatus(handle_) == CONNECTION_OK &&
      PQtransactionStatus(handle_) != PQTRANS_IDLE && !run("ROLLBACK") && handle_ != nullptr) {
    PQfinish(handle_);
    handle_ = nullptr;
  }
  rolls_back_ = false;
  last_sqlstate_ = sqlstate;
  session_ended_ = ended;
}

bool postgres_connection::usable() const {
  return handle_ != nullptr && PQstatus(handle_) == CONNECTION_OK &&
         PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

} // namespace aepro
