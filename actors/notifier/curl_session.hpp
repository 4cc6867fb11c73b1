#pragma once

/// What our transfers over libcurl have in common.

#include "actors/common/call_limit.hpp"
#include "actors/notifier/channel.hpp"
#include "config/notifier_settings.hpp"

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>

namespace aepro {

struct release_curl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
using curl_handle = std::unique_ptr<CURL, release_curl>;
using curl_list = std::unique_ptr<curl_slist, release_curl>;
using curl_mime_body = std::unique_ptr<curl_mime, release_curl>;

/// Returns a handle that keeps its connection between transfers; nothing is connected yet. Throws
/// std::runtime_error where libcurl has none to give.
curl_handle open_curl();

/// Sets what every transfer has: certificates are verified, no proxy of the environment, no
/// signals, `left` in all, and the end of all calls, which it may notice a second late. Copies what
/// it needs of the settings; `limit` must outlive the transfer.
void prepare_transfer(CURL* curl, const channel_settings& values, std::chrono::milliseconds left,
                      const call_limit& limit);

/// Appends a line. Throws std::bad_alloc where there is no memory.
void append(curl_list& list, const std::string& line);

/// Returns what libcurl said of a failed transfer: `told`, or the code's text where it is empty.
std::string trouble_of(CURLcode code, const char* told);

/// Returns whether a failure says that there was no usable connection: the next message would fare
/// no better.
bool is_unreachable(CURLcode code);

/// What became of one message, and whether the next one is worth a try.
struct sent_message {
  channel_outcome outcome;
  bool unreachable = false;
};

/// Sends one message after the other with what is left of `patience`, until `limit`. After an
/// unreachable one the rest are not tried; an exception is that message's failure.
std::vector<channel_outcome>
send_each(std::span<const channel_message> messages, std::chrono::milliseconds patience,
          const call_limit& limit,
          const std::function<sent_message(const channel_message&, std::chrono::milliseconds left)>&
              send);

} // namespace aepro
