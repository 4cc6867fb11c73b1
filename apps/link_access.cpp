#include "apps/link_access.hpp"

#include "actors/acknowledge/alert_page.hpp"
#include "config/http_check.hpp"

namespace aepro {

caf::expected<std::unique_ptr<web_server>> listen_for_links(const settings& values) {
  const auto& http = values.http;
  if (http.listen.empty())
    return std::unique_ptr<web_server>{};
  const auto place =
      parse_listen_address(http.listen).value_or(listen_address{}); // The settings were checked.
  web_server_options options;
  options.host = place.host;
  options.port = place.port;
  options.certificate = http.certificate;
  options.key = http.key;
  options.connections_max = http.connections_max;
  options.request_bytes_max = http.request_bytes_max;
  options.request_max = http.request_max;
  return web_server::open(std::move(options));
}

web_handler answer_by(const node& running) {
  return [place = running.acknowledging()](web_request request,
                                           std::chrono::steady_clock::time_point deadline,
                                           const web_answerer& answer) {
    auto question =
        std::make_shared<web_question>(web_question{std::move(request), deadline, answer});
    if (!place->ask(std::move(question)))
      answer(plain_answer(503));
  };
}

} // namespace aepro
