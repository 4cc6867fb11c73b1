#pragma once

/// What an actor says of work that failed and is tried again: a warning, or an error where a person
/// must act.

#include "actors/common/log.hpp"
#include "actors/common/log_throttle.hpp"
#include "messages/errors.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// Not thread-safe: of one actor.
class trouble_log {
public:
  /// `waits`: where the work is meanwhile, as "alerts wait in the store". `for_a_person`: codes
  /// that no retry mends.
  trouble_log(std::string component, std::string event, std::string waits,
              std::initializer_list<errc> for_a_person)
      : component_(std::move(component)), event_(std::move(event)), waits_(std::move(waits)),
        for_a_person_(for_a_person) {}

  /// Says that `what` failed, a line a minute for each of its codes. `remedy`: what a person must
  /// do; may be empty.
  void say(std::string_view what, errc code, std::string_view text, log_throttle::time_point now,
           std::string_view remedy = {}) {
    const auto held = throttle_.admit(fmt::format("{} {}", what, to_string(code)), now);
    if (!held)
      return;
    if (std::ranges::find(for_a_person_, code) != for_a_person_.end())
      log::error(component_, event_, "{} {}: {}{}; {}; {} like it before", to_string(code), what,
                 text, remedy, waits_, *held);
    else
      log::warn(component_, event_, "{} {}: {}; tried again; {} like it before", to_string(code),
                what, text, *held);
  }

private:
  std::string component_;
  std::string event_;
  std::string waits_;
  std::vector<errc> for_a_person_;
  log_throttle throttle_;
};

} // namespace aepro
