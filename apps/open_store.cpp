#include "apps/open_store.hpp"

namespace aepro {

caf::expected<std::unique_ptr<store_database>> open_store_of(const settings& values) {
  store_options options;
  options.url = values.store;
  options.password = values.storage.password;
  return make_store(std::move(options));
}

} // namespace aepro
