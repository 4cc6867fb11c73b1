#pragma once

/// What somebody asks over HTTP, and what is answered.

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace aepro {

struct web_request {
  std::string method; ///< As it came: GET, HEAD, POST, ...
  std::string target; ///< Path and query, as they came.
  std::string body;
  std::string address; ///< Of the other side: an IP address, perhaps a proxy's.
};

struct web_answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>>
      headers; ///< But those of the connection and the body's length.
  std::string body;
};

/// A request on its way to whoever answers it.
struct web_question {
  web_request request;
  std::chrono::steady_clock::time_point deadline; ///< Afterwards nobody waits for the answer.
  std::function<void(web_answer)> answer;         ///< On any thread; must not block.
};

} // namespace aepro
