#include "core/experiment.h"

#include <utility>

namespace sriov {
namespace {

// std::shuffle's result differs between standard libraries; a plan must not. splitmix64 (Steele et al., OOPSLA 2014).
class Shuffler {
 public:
  explicit Shuffler(std::uint64_t seed) : state_(seed) {}

  void shuffle(std::vector<Cell>& cells) {
    for (std::size_t i = cells.size(); i > 1; --i) std::swap(cells[i - 1], cells[next() % i]);
  }

 private:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  std::uint64_t state_;
};

std::vector<Cell> cross(const std::vector<Factor>& factors) {
  std::vector<Cell> cells{{}};
  for (const Factor& factor : factors) {
    std::vector<Cell> wider;
    for (const Cell& cell : cells) {
      for (const std::string& level : factor.levels) {
        wider.push_back(cell);
        wider.back()[factor.name] = level;
      }
    }
    cells = std::move(wider);
  }
  return cells;
}

}  // namespace

std::vector<TrialPlace> trial_order(const Experiment& experiment) {
  std::vector<TrialPlace> plan;
  Shuffler shuffler(experiment.seed);
  for (int repetition = 0; repetition < experiment.repetitions; ++repetition) {
    std::vector<Cell> block = cross(experiment.factors);
    if (experiment.randomize) shuffler.shuffle(block);
    for (Cell& cell : block) plan.push_back({static_cast<int>(plan.size()), repetition, std::move(cell)});
  }
  return plan;
}

std::string to_string(const Cell& cell) {
  std::string out;
  for (const auto& [factor, level] : cell) {
    if (!out.empty()) out += ' ';
    out += factor + '=' + level;
  }
  return out;
}

}  // namespace sriov
