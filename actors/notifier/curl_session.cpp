#include "actors/notifier/curl_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace aepro {

namespace {

using namespace std::chrono_literals;

/// A server that dropped us long ago is not asked again; servers drop the idle after some minutes.
constexpr long idle_seconds_max = 60;
constexpr std::chrono::milliseconds begin_with{
    10}; // What cannot be done in the time that is left is not begun.

/// Called at least once a second.
int stop_at_limit(void* limit, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return std::chrono::steady_clock::now() >= static_cast<const call_limit*>(limit)->latest() ? 1
                                                                                             : 0;
}

channel_outcome failed(std::string detail) {
  return {.result = attempt_result::failed, .detail = std::move(detail)};
}

} // namespace

curl_handle open_curl() {
  static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_handle handle(started == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle)
    throw std::runtime_error("libcurl cannot start");
  return handle;
}

void prepare_transfer(CURL* curl, const channel_settings& values, std::chrono::milliseconds left,
                      const call_limit& limit) {
  curl_easy_reset(curl);                        // Connections stay.
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L); // Other threads are at work.
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &stop_at_limit);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &limit);
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, idle_seconds_max);
  curl_easy_setopt(curl, CURLOPT_PROXY,
                   ""); // Else the environment could send patients' words elsewhere.
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!values.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, values.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH,
                     nullptr); // Else the system's authorities were trusted as well.
  }
}

void append(curl_list& list, const std::string& line) {
  auto* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr)
    throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

std::string trouble_of(CURLcode code, const char* told) {
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return "given up: the node stops";
  return *told != '\0' ? told : curl_easy_strerror(code);
}

bool is_unreachable(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
    case CURLE_LOGIN_DENIED: return true;
    default: return false; // Of libcurl's many others.
  }
}

std::vector<channel_outcome>
send_each(std::span<const channel_message> messages, std::chrono::milliseconds patience,
          const call_limit& limit,
          const std::function<sent_message(const channel_message&, std::chrono::milliseconds left)>&
              send) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  std::vector<channel_outcome> outcomes;
  outcomes.reserve(messages.size());
  std::string unreachable;
  for (const auto& message : messages) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::min(give_up, limit.latest()) - std::chrono::steady_clock::now());
    if (!unreachable.empty()) {
      outcomes.push_back(failed(unreachable));
    } else if (left < begin_with) {
      outcomes.push_back(failed("not begun in time"));
    } else {
      try {
        auto sent = send(message, left);
        if (sent.unreachable)
          unreachable = fmt::format("not tried: {}", sent.outcome.detail);
        outcomes.push_back(std::move(sent.outcome));
      } catch (const std::exception& error) {
        outcomes.push_back(failed(error.what()));
      }
    }
  }
  return outcomes;
}

} // namespace aepro
