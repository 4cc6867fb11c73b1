#include "actors/control/socket_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace aepro {

namespace asio = boost::asio;
using boost::system::error_code;
using protocol = asio::local::stream_protocol;

namespace {

/// What a node with ten thousand partitions answers stays well below.
constexpr std::size_t answer_bytes_max = 16 << 20;

} // namespace

control_reply ask_node(const std::string& path, const std::string& request,
                       std::chrono::milliseconds patience) {
  asio::io_context context(1);
  protocol::socket socket(context);
  error_code failed;
  if (path.size() >= 108)
    return {control_reach::nobody, "the path is too long for a socket"};
  socket.open(protocol(), failed);
  if (!failed)
    socket.native_non_blocking(true, failed); // A node that accepts nobody must not hold us.
  if (!failed)
    socket.connect(protocol::endpoint(path), failed);
  if (failed == asio::error::would_block || failed == asio::error::try_again)
    return {control_reach::silent, "it accepts nobody"};
  if (failed == asio::error::access_denied)
    return {control_reach::silent, "this user may not ask it"};
  if (failed)
    return {control_reach::nobody, failed.message()};
  const auto line = request + "\n";
  std::string answer;
  error_code said = asio::error::would_block;
  asio::async_write(socket, asio::buffer(line),
                    [](const error_code&, std::size_t) {}); // The answer tells.
  asio::async_read_until(socket, asio::dynamic_buffer(answer, answer_bytes_max), '\n',
                         [&](const error_code& code, std::size_t) { said = code; });
  context.run_for(patience);
  if (said)
    return {control_reach::silent, said == asio::error::would_block
                                       ? fmt::format("no answer within {} ms", patience.count())
                                       : said.message()};
  answer.resize(answer.find('\n'));
  return {control_reach::answered, std::move(answer)};
}

} // namespace aepro
