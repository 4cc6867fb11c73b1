#include "apps/version.hpp"

namespace aepro {

std::string version_text() {
  return "aepro " AEPRO_VERSION " (" AEPRO_COMMIT ")";
}

} // namespace aepro
