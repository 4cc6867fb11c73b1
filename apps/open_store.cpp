#include "apps/open_store.hpp"

#include "apps/decide_options_of.hpp"

#include "actors/validation/decide_options_text.hpp"

namespace aepro {

caf::expected<std::unique_ptr<store_database>> open_store_of(const settings& values) {
  store_options options;
  options.url = values.store;
  options.password = values.storage.password;
  options.decide_options = decide_options_text(decide_options_of(values));
  options.clock = std::make_shared<store_clock>(values.storage.clock_difference_max);
  return make_store(std::move(options));
}

caf::error check_store_place(const settings& values) {
  const auto database = open_store_of(values);
  return database ? (*database)->check_place() : database.error();
}

} // namespace aepro
