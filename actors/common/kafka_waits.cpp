/// librdkafka waits by C11's cnd_timedwait, whose end is an instant of the wall clock. Where that
/// clock is set back by an hour while no broker is connected, every thread of the client would
/// sleep for an hour. This function goes before the C library's, and waits for as long as was
/// meant, by the clock that nobody sets. Compiled into each program: a library's would not go
/// before.

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <ctime>

namespace {

constexpr long second_ns = 1'000'000'000;

// As in the C library: the C11 types are the POSIX types under another name.
static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t));

/// Returns the instant of the monotonic clock that is as far away as `end` is by the wall clock.
timespec monotonic_end(const timespec& end) {
  timespec wall{}, steady{};
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_MONOTONIC, &steady);
  auto seconds = steady.tv_sec + (end.tv_sec - wall.tv_sec);
  auto nanoseconds = steady.tv_nsec + (end.tv_nsec - wall.tv_nsec);
  for (; nanoseconds < 0; nanoseconds += second_ns)
    --seconds;
  for (; nanoseconds >= second_ns; nanoseconds -= second_ns)
    ++seconds;
  return seconds < 0 ? timespec{} : timespec{seconds, nanoseconds};
}

} // namespace

/// Returns thrd_success, thrd_timedout or thrd_error, as C11 7.26.3.5 says. Any thread; `mutex` is
/// held.
extern "C" int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* end) {
  const auto until = monotonic_end(*end);
  const int code =
      pthread_cond_clockwait(reinterpret_cast<pthread_cond_t*>(condition),
                             reinterpret_cast<pthread_mutex_t*>(mutex), CLOCK_MONOTONIC, &until);
  if (code == 0)
    return thrd_success;
  return code == ETIMEDOUT ? thrd_timedout : thrd_error;
}
