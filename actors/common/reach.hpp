#pragma once

/// Marks on rare paths, counted wherever they run: a test that never gets there proves nothing
/// about them. The simulation lists the marks that its seeds have not reached. Source:
/// FoundationDB's code probes, TigerBeetle's marks.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace aepro {

/// A text as a template argument.
template <std::size_t Size>
struct mark_name {
  consteval mark_name(const char (&name)[Size]) { std::copy_n(name, Size, text); }
  char text[Size]{};
};

/// One place in the code; lives as long as the program. Any thread may count.
class reach_mark {
public:
  explicit reach_mark(const char* name) noexcept : name_(name), next_(first_) { first_ = this; }
  reach_mark(const reach_mark&) = delete;
  reach_mark& operator=(const reach_mark&) = delete;

  void count() noexcept { times_.fetch_add(1, std::memory_order_relaxed); }

  /// Calls `visit(name, times)` for every mark that is linked into the program, reached or not.
  template <class Visit>
  static void each(Visit visit) {
    for (const auto* mark = first_; mark != nullptr; mark = mark->next_)
      visit(mark->name_, mark->times_.load(std::memory_order_relaxed));
  }

private:
  static inline constinit reach_mark* first_ = nullptr; ///< Filled before main() begins.

  const char* name_;
  const reach_mark* next_;
  std::atomic<std::uint64_t> times_{0};
};

/// Where the mark of this name is kept.
template <mark_name Name>
struct reach_marks {
  static inline reach_mark mark{Name.text};
};

/// This path was taken. For rare paths only: the counter is shared by all threads.
template <mark_name Name>
void reached() noexcept {
  reach_marks<Name>::mark.count();
}

} // namespace aepro
