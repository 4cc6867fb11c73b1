#pragma once

/// Adapter: one connection of the web server, over TCP or TLS.

#include "actors/acknowledge/alert_page.hpp"
#include "actors/acknowledge/socket_web_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace aepro {

namespace web {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;

/// What the sessions share with the server; used on its thread.
struct serving {
  web_server_options options;
  web_handler handler;
  std::weak_ptr<asio::io_context> context;
  std::size_t connections = 0;
};

inline tcp::socket& socket_of(tcp::socket& stream) {
  return stream;
}
inline tcp::socket& socket_of(tls_stream& stream) {
  return stream.next_layer();
}

/// Reads a request, has it answered, writes the answer and closes. Its timer holds it, and ends it.
template <class Stream>
class session : public std::enable_shared_from_this<session<Stream>> {
public:
  session(std::shared_ptr<serving> server, Stream stream)
      : server_(std::move(server)), stream_(std::move(stream)), timer_(stream_.get_executor()) {
    ++server_->connections;
    error_code ignored; // Gone already: reading says so.
    address_ = socket_of(stream_).remote_endpoint(ignored).address().to_string();
    parser_.header_limit(static_cast<std::uint32_t>(server_->options.request_bytes_max));
    parser_.body_limit(server_->options.request_bytes_max);
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() { --server_->connections; }

  void start() {
    expect(step::reading);
    if constexpr (std::is_same_v<Stream, tls_stream>)
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](const error_code& failed) {
                                if (failed)
                                  self->end();
                                else
                                  self->begin();
                              });
    else
      begin();
  }

private:
  enum class step { reading, answering, writing, lingering };

  void begin() {
    if (server_->connections > server_->options.connections_max)
      write(plain_answer(503));
    else
      read_head();
  }

  void read_head() {
    auto self = this->shared_from_this();
    http::async_read_header(stream_, buffer_, parser_,
                            [self](const error_code& failed, std::size_t) {
                              if (self->step_ != step::reading)
                                return; // Its time is over.
                              if (failed)
                                self->refuse(failed);
                              else if (self->parser_.chunked())
                                self->write(plain_answer(411));
                              else
                                self->read_body();
                            });
  }

  void read_body() {
    auto self = this->shared_from_this();
    http::async_read(stream_, buffer_, parser_, [self](const error_code& failed, std::size_t) {
      if (self->step_ != step::reading)
        return;
      if (failed)
        self->refuse(failed);
      else
        self->ask();
    });
  }

  /// Whoever has gone hears nothing; the others hear what was wrong.
  void refuse(const error_code& failed) {
    if (failed == http::error::body_limit)
      write(plain_answer(413));
    else if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
      write(plain_answer(431));
    else if (failed.category() == http::make_error_code(http::error::bad_method).category() &&
             failed != http::error::end_of_stream && failed != http::error::partial_message)
      write(plain_answer(400));
    else
      end();
  }

  void ask() {
    auto& message = parser_.get();
    is_head_ = message.method() == http::verb::head;
    web_request request{std::string(message.method_string()), std::string(message.target()),
                        std::move(message.body()), address_};
    expect(step::answering);
    server_->handler(std::move(request), timer_.expiry(), answerer());
  }

  /// What is called on another thread only posts; the context lives as long as somebody may post.
  web_answerer answerer() {
    return [context = server_->context.lock(), client = this->weak_from_this()](web_answer answer) {
      asio::post(*context, [client, answer = std::move(answer)]() mutable {
        if (const auto self = client.lock(); self && self->step_ == step::answering)
          self->write(std::move(answer));
      });
    };
  }

  void write(web_answer answer) {
    answer_.version(11);
    answer_.result(static_cast<unsigned>(answer.status));
    for (const auto& [name, value] : answer.headers)
      answer_.set(name, value);
    answer_.keep_alive(false);
    answer_.body() = std::move(answer.body);
    answer_.prepare_payload(); // Says the body's length, also where only the head is written.
    if (is_head_)
      answer_.body().clear();
    expect(step::writing);
    serializer_.emplace(answer_);
    http::async_write(stream_, *serializer_,
                      [self = this->shared_from_this()](const error_code& failed, std::size_t) {
                        if (failed || self->step_ != step::writing)
                          self->end();
                        else
                          self->shut_down();
                      });
  }

  void shut_down() {
    expect(step::lingering);
    if constexpr (std::is_same_v<Stream, tls_stream>)
      stream_.async_shutdown(
          [self = this->shared_from_this()](const error_code&) { self->linger(); });
    else
      linger();
  }

  /// What the other side still sends is taken, within limits: else its system could drop our answer
  /// before it is read.
  void linger() {
    error_code ignored; // Closed by the other side.
    socket_of(stream_).shutdown(tcp::socket::shutdown_send, ignored);
    socket_of(stream_).async_read_some(
        asio::buffer(rest_),
        [self = this->shared_from_this()](const error_code& failed, std::size_t size) {
          self->lingered_bytes_ += size;
          if (failed || self->lingered_bytes_ > linger_bytes_max)
            self->end();
          else
            self->linger();
        });
  }

  /// Unless something else is expected before, the connection is closed; whoever waits for an
  /// answer gets one.
  void expect(step next) {
    step_ = next;
    timer_.expires_after(next == step::lingering
                             ? std::min(linger_max, server_->options.request_max)
                             : server_->options.request_max);
    timer_.async_wait([self = this->shared_from_this(), next](const error_code& cancelled) {
      if (cancelled || self->step_ != next)
        return;
      if (next == step::answering)
        self->write(plain_answer(503));
      else
        self->end();
    });
  }

  void end() {
    timer_.cancel();
    step_ = step::lingering;
    error_code ignored; // The client is gone already, or is gone now.
    socket_of(stream_).close(ignored);
  }

  static constexpr std::chrono::milliseconds linger_max{2'000};
  static constexpr std::size_t linger_bytes_max = 256 * 1024;

  std::shared_ptr<serving> server_;
  Stream stream_;
  asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> answer_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  std::array<char, 4096> rest_{};
  std::string address_;
  std::size_t lingered_bytes_ = 0;
  step step_ = step::reading;
  bool is_head_ = false;
};

} // namespace web

} // namespace aepro
