#pragma once

/// The tables that the newest PostgreSQL schema has, as the database's catalog describes them.

#include <string>
#include <utility>
#include <vector>

namespace aepro {

/// Returns table and fact: that it is a table, each column with its type, each constraint.
std::vector<std::pair<std::string, std::string>> postgres_tables();

} // namespace aepro
