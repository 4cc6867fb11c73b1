#include "actors/acknowledge/socket_web_server.hpp"

#include "actors/acknowledge/socket_web_session.hpp"
#include "messages/type_ids.hpp"

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

#include <thread>

namespace aepro {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

caf::error refusal(std::string text) {
  return caf::make_error(errc::invalid_settings, std::move(text));
}

/// TLS 1.2 at least.
caf::error load(asio::ssl::context& tls, const web_server_options& options) {
  error_code failed;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                  asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                  asio::ssl::context::no_tlsv1_1);
  // There is nobody to ask for a passphrase.
  tls.set_password_callback(
      [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); });
  if (tls.use_certificate_chain(asio::buffer(options.certificate), failed))
    return refusal(
        fmt::format("http.certificate_file: is no certificate in PEM ({})", failed.message()));
  if (tls.use_private_key(asio::buffer(options.key), asio::ssl::context::pem, failed))
    return refusal(fmt::format(
        "http.key_file: is no key in PEM without passphrase, or not that of http.certificate_file "
        "({})",
        failed.message()));
  if (SSL_CTX_check_private_key(tls.native_handle()) != 1)
    return refusal("http.key_file: is not the key of http.certificate_file");
  return {};
}

caf::error listen(tcp::acceptor& acceptor, const web_server_options& options) {
  error_code failed;
  const auto address =
      asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, failed);
  if (failed)
    return refusal(fmt::format(
        "http.listen: '{}' is no IP address; name one of this machine, 0.0.0.0 for all of them",
        options.host));
  const tcp::endpoint place(address, options.port);
  acceptor.open(place.protocol(), failed);
  if (!failed)
    acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed)
    acceptor.bind(place, failed);
  if (!failed)
    acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed)
    return refusal(fmt::format(
        "http.listen: cannot listen on {} port {}: {}; stop what has it, or set another",
        options.host, options.port, failed.message()));
  return {};
}

} // namespace

struct web_server::impl {
  explicit impl(web_server_options options) : acceptor(*context), pause(*context) {
    server->options = std::move(options);
    server->context = context;
  }

  void accept() {
    acceptor.async_accept([this](const error_code& failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted)
        return;
      if (!failed) {
        start(std::move(socket));
        return accept();
      }
      pause.expires_after(std::chrono::milliseconds{100}); // Out of descriptors, most likely.
      pause.async_wait([this](const error_code& cancelled) {
        if (!cancelled)
          accept();
      });
    });
  }

  /// Beyond the limit a plain connection costs one short answer; a handshake would cost much more.
  void start(tcp::socket socket) {
    const auto limit = server->options.connections_max;
    if (server->connections >= limit * 2 || (tls && server->connections >= limit))
      return;
    if (tls)
      std::make_shared<web::session<web::tls_stream>>(server,
                                                      web::tls_stream(std::move(socket), *tls))
          ->start();
    else
      std::make_shared<web::session<tcp::socket>>(server, std::move(socket))->start();
  }

  std::shared_ptr<asio::io_context> context = std::make_shared<asio::io_context>(1);
  std::shared_ptr<web::serving> server = std::make_shared<web::serving>();
  std::optional<asio::ssl::context> tls;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::thread thread;
};

caf::expected<std::unique_ptr<web_server>> web_server::open(web_server_options options) {
  auto made = std::make_unique<impl>(std::move(options));
  const auto& own = made->server->options;
  if (!own.certificate.empty()) {
    made->tls.emplace(asio::ssl::context::tls_server);
    if (auto failed = load(*made->tls, own))
      return failed;
  }
  if (auto failed = listen(made->acceptor, own))
    return failed;
  return std::unique_ptr<web_server>{new web_server(std::move(made))};
}

web_server::web_server(std::unique_ptr<impl> made) : impl_(std::move(made)) {
}

void web_server::serve(web_handler handler) {
  impl_->server->handler = std::move(handler);
  impl_->accept();
  impl_->thread = std::thread([this] { impl_->context->run(); });
}

std::uint16_t web_server::port() const {
  error_code ignored; // It listens.
  return impl_->acceptor.local_endpoint(ignored).port();
}

web_server::~web_server() {
  impl_->context->stop();
  if (impl_->thread.joinable())
    impl_->thread.join();
}

} // namespace aepro
