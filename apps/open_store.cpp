#include "apps/open_store.hpp"

#include "apps/decide_options_of.hpp"

#include "actors/validation/decide_options_text.hpp"

namespace aepro {

caf::expected<std::unique_ptr<store_database>> open_store_of(const settings& values,
                                                             store_sharing shared) {
  store_options options;
  options.url = values.store;
  options.password = values.storage.password;
  options.decide_options = decide_options_text(decide_options_of(values));
  options.clock = shared.clock ? std::move(shared.clock) : store_clock_of(values);
  options.operation_timeout = values.storage.call_max;
  options.limit = std::move(shared.limit);
  return make_store(std::move(options));
}

std::shared_ptr<store_clock> store_clock_of(const settings& values) {
  return std::make_shared<store_clock>(values.storage.clock_difference_max);
}

caf::error check_store_place(const settings& values) {
  const auto database = open_store_of(values);
  return database ? (*database)->check_place() : database.error();
}

} // namespace aepro
