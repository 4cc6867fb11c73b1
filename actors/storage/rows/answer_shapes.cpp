#include "actors/storage/rows/answer_shapes.hpp"

#include "actors/storage/rows/stored_text.hpp"

#include <algorithm>
#include <numeric>

namespace aepro {

namespace {

bool has_shape(std::span<const answer_view> answers, const answer_shape& shape) {
  return std::ranges::equal(answers, shape.questions, {}, &answer_view::link_id);
}

void make_shape(std::span<const answer_view> answers, answer_shape& shape) {
  std::deque<std::string> texts;
  shape.questions.assign(answers.size(), {});
  std::ranges::transform(answers, shape.questions.begin(),
                         [](const answer_view& answer) { return std::string(answer.link_id); });
  shape.order.resize(answers.size());
  std::iota(shape.order.begin(), shape.order.end(), 0U);
  std::stable_sort(shape.order.begin(), shape.order.end(),
                   [&](std::uint32_t left, std::uint32_t right) {
                     return answers[left].link_id < answers[right].link_id;
                   });
  shape.link_ids.clear();
  for (const auto index : shape.order) {
    shape.link_ids.push_back(shape.link_ids.empty() ? '[' : ',');
    put_json_string(shape.link_ids, stored_text(answers[index].link_id, texts));
  }
  shape.link_ids.push_back(']');
}

} // namespace

const answer_shape& answer_shapes::find(std::span<const answer_view> answers) {
  if (answers.size() > questions_max) {
    make_shape(answers, long_shape_);
    return long_shape_;
  }
  for (const auto& shape : shapes_)
    if (has_shape(answers, shape))
      return shape;
  const bool has_room = shapes_.size() < shapes_max;
  auto& shape = has_room ? shapes_.emplace_back() : shapes_[oldest_];
  if (!has_room)
    oldest_ = (oldest_ + 1) % shapes_max;
  make_shape(answers, shape);
  return shape;
}

} // namespace aepro
