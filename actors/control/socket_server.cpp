#include "actors/control/socket_server.hpp"

#include "actors/control/control_text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <sys/socket.h>

#include <thread>

namespace aepro {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using protocol = asio::local::stream_protocol;

std::string refusal(const std::string& why) {
  return outcome_line({false, why});
}

/// What the sessions share with the server; used on its thread.
struct serving {
  socket_options options;
  control_handler handler;
  std::weak_ptr<asio::io_context> context;
  std::size_t clients = 0;
};

/// One client. Lives as long as something is expected of it or of the node: its timer holds it.
class session : public std::enable_shared_from_this<session> {
public:
  session(std::shared_ptr<serving> server, protocol::socket socket)
      : server_(std::move(server)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
    ++server_->clients;
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() { --server_->clients; }

  void start() {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
      return;
    uid_ = peer.uid;
    if (server_->clients > server_->options.clients_max)
      send_away(
          fmt::format("{} clients are being served; try again", server_->options.clients_max));
    else if (uid_ != server_->options.uid)
      send_away(fmt::format("uid {} may not ask a node of uid {}", uid_, server_->options.uid));
    else
      read();
  }

private:
  void read() {
    expect(server_->options.request_max,
           fmt::format("no request within {} ms", server_->options.request_max.count()));
    asio::async_read_until(socket_, asio::dynamic_buffer(text_, server_->options.request_bytes_max),
                           '\n',
                           [self = shared_from_this()](const error_code& failed, std::size_t size) {
                             self->has_read(failed, size);
                           });
  }

  void has_read(const error_code& failed, std::size_t size) {
    timer_.cancel();
    if (is_leaving_)
      return;
    if (failed == asio::error::not_found)
      send_away(fmt::format("a request has at most {} bytes", server_->options.request_bytes_max));
    if (failed)
      return; // The client is gone, or is being sent away.
    const auto line = text_.substr(0, size - 1);
    text_.erase(0, size);
    expect(server_->options.answer_max, "the node does not answer");
    server_->handler(line, uid_, answer_to(++requests_));
  }

  /// What is called on another thread only posts; the context lives as long as somebody may post.
  control_answer answer_to(std::uint64_t request) {
    return
        [context = server_->context.lock(), client = weak_from_this(), request](std::string text) {
          asio::post(*context, [client, request, text = std::move(text)]() mutable {
            if (const auto self = client.lock();
                self && self->requests_ == request && !self->is_leaving_)
              self->write(std::move(text));
          });
        };
  }

  void write(std::string text) {
    ++requests_; // A second answer to the same request is dropped.
    answer_ = std::move(text) + "\n";
    is_writing_ = true;
    asio::async_write(socket_, asio::buffer(answer_),
                      [self = shared_from_this()](const error_code& failed, std::size_t) {
                        self->is_writing_ = false;
                        if (failed)
                          self->timer_.cancel();
                        else if (!self->is_leaving_)
                          self->read();
                      });
  }

  /// The last word; the client may take it within the time of an answer.
  void send_away(const std::string& why) {
    is_leaving_ = true;
    answer_ = refusal(why) + "\n";
    timer_.expires_after(server_->options.answer_max);
    timer_.async_wait([self = shared_from_this()](const error_code&) { self->close(); });
    asio::async_write(
        socket_, asio::buffer(answer_),
        [self = shared_from_this()](const error_code&, std::size_t) { self->timer_.cancel(); });
  }

  /// Unless something else is expected before, the client is sent away.
  void expect(std::chrono::milliseconds patience, std::string otherwise) {
    timer_.expires_after(patience);
    timer_.async_wait(
        [self = shared_from_this(), otherwise = std::move(otherwise)](const error_code& cancelled) {
          if (cancelled || self->is_leaving_)
            return;
          if (self->is_writing_) // It does not take its answer.
            self->close();
          else
            self->send_away(otherwise);
        });
  }

  void close() {
    is_leaving_ = true;
    error_code ignored; // The client is gone already, or is gone now.
    socket_.close(ignored);
  }

  std::shared_ptr<serving> server_;
  protocol::socket socket_;
  asio::steady_timer timer_;
  std::string text_, answer_;
  std::uint32_t uid_ = 0;
  std::uint64_t requests_ = 0;
  bool is_writing_ = false;
  bool is_leaving_ = false;
};

} // namespace

struct socket_server::impl {
  impl(socket_options options, socket_file listening)
      : file(std::move(listening)), acceptor(*context, protocol(), file.release()),
        pause(*context) {
    server->options = std::move(options);
    server->context = context;
  }

  void accept() {
    acceptor.async_accept([this](const error_code& failed, protocol::socket socket) {
      if (failed == asio::error::operation_aborted)
        return;
      if (!failed)
        std::make_shared<session>(server, std::move(socket))->start();
      if (!failed)
        return accept();
      pause.expires_after(std::chrono::milliseconds{100}); // Out of descriptors, most likely.
      pause.async_wait([this](const error_code& cancelled) {
        if (!cancelled)
          accept();
      });
    });
  }

  std::shared_ptr<asio::io_context> context = std::make_shared<asio::io_context>(1);
  std::shared_ptr<serving> server = std::make_shared<serving>();
  socket_file file;
  protocol::acceptor acceptor;
  asio::steady_timer pause;
  std::thread thread;
};

caf::expected<std::unique_ptr<socket_server>> socket_server::open(socket_options options) {
  auto listening = socket_file::listen(options.path, options.own_folder);
  if (!listening)
    return std::move(listening.error());
  return std::unique_ptr<socket_server>{
      new socket_server(std::make_unique<impl>(std::move(options), std::move(*listening)))};
}

socket_server::socket_server(std::unique_ptr<impl> made) : impl_(std::move(made)) {
}

void socket_server::serve(control_handler handler) {
  impl_->server->handler = std::move(handler);
  impl_->accept();
  impl_->thread = std::thread([this] { impl_->context->run(); });
}

socket_server::~socket_server() {
  impl_->context->stop();
  if (impl_->thread.joinable())
    impl_->thread.join();
}

} // namespace aepro
