#include "actors/ingest/intake_window.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr double tolerance =
    1.5;                       // Latency may rise so far above the usual before the window shrinks.
constexpr double memory = 100; // Widths that the usual latency looks back on.
constexpr double smoothing = 0.2;   // Of the way to the computed window, at a time.
constexpr double queue_batches = 4; // Room to grow, and a queue that keeps the stages busy.

} // namespace

void intake_window::observe(time_point now, std::chrono::nanoseconds latency,
                            std::size_t in_flight) {
  if (!options_.is_adaptive)
    return;
  if (samples_ == 0)
    began_ = now;
  sum_ += std::chrono::duration<double>(latency).count();
  ++samples_;
  in_flight_ = std::max(in_flight_, in_flight);
  if (samples_ < samples_min || now - began_ < width)
    return;
  // Where less is in flight than half of what may be, the latency says nothing about the window.
  if (in_flight_ * 2 >= batches())
    adapt(sum_ / static_cast<double>(samples_));
  sum_ = 0;
  samples_ = in_flight_ = 0;
}

void intake_window::adapt(double latency) {
  if (latency <= 0)
    return;
  usual_ = usual_ > 0 ? usual_ + (latency - usual_) / memory : latency;
  if (usual_ > 2 * latency)
    usual_ *= 0.95; // After a slow time: what was usual then is soon forgotten.
  const auto gradient = std::clamp(tolerance * usual_ / latency, 0.5, 1.0);
  const auto wanted = batches_ * gradient + queue_batches;
  batches_ = std::clamp(batches_ + (wanted - batches_) * smoothing, least_,
                        static_cast<double>(options_.batches_max));
}

} // namespace aepro
