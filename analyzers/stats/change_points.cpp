#include "analyzers/stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzers/stats/descriptive.h"

namespace sriov::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Less the median and over the noise, so that sums neither cancel nor carry a unit. Empty without noise.
std::vector<double> standardised(std::span<const double> series) {
  const double noise = noise_of(series);
  if (!(noise > 0)) return {};
  const double center = median(series);
  std::vector<double> out;
  out.reserve(series.size());
  for (const double value : series) out.push_back((value - center) / noise);
  return out;
}

/// Sums from the start, from which those of any segment follow.
class Sums {
 public:
  explicit Sums(std::span<const double> series) : sum_(series.size() + 1, 0.0), squares_(series.size() + 1, 0.0) {
    for (std::size_t i = 0; i < series.size(); ++i) {
      sum_[i + 1] = sum_[i] + series[i];
      squares_[i + 1] = squares_[i] + series[i] * series[i];
    }
  }
  /// Sum of squares around the mean of the values from `begin` on, before `end`.
  [[nodiscard]] double around_mean(std::size_t begin, std::size_t end) const {
    const double sum = sum_[end] - sum_[begin];
    return std::max(0.0, squares_[end] - squares_[begin] - sum * sum / static_cast<double>(end - begin));
  }

 private:
  std::vector<double> sum_;
  std::vector<double> squares_;
};

ChangePoints trace_back(const std::vector<std::size_t>& last_change, std::size_t n) {
  ChangePoints out;
  for (std::size_t at = last_change[n]; at > 0; at = last_change[at]) out.push_back(at);
  std::reverse(out.begin(), out.end());
  return out;
}

/// `cost(begin, end)` must not rise when a segment is cut in two.
template <class Cost>
ChangePoints pelt(std::size_t n, double penalty, std::size_t shortest, const Cost& cost) {
  if (n < 2 * shortest) return {};
  std::vector<double> best(n + 1, kInfinity);
  std::vector<std::size_t> last_change(n + 1, 0);
  best[0] = -penalty;
  // A start that can no longer win is beaten by a change at `end`, which is possible `shortest` values later only.
  struct Start {
    std::size_t place = 0;
    std::size_t beaten_from = 0;  // 0: not beaten yet.
    double cost = 0;
  };
  std::vector<Start> starts;
  for (std::size_t end = shortest; end <= n; ++end) {
    const std::size_t newest = end - shortest;
    if (newest == 0 || newest >= shortest) starts.push_back({newest, 0, 0});
    for (Start& start : starts) {
      start.cost = best[start.place] + cost(start.place, end);
      if (start.cost + penalty >= best[end]) continue;
      best[end] = start.cost + penalty;
      last_change[end] = start.place;
    }
    std::size_t kept = 0;
    for (Start& start : starts) {
      if (start.beaten_from == 0 && start.cost > best[end]) start.beaten_from = end + shortest;
      if (start.beaten_from == 0 || end + 1 < start.beaten_from) starts[kept++] = start;
    }
    starts.resize(kept);
  }
  return trace_back(last_change, n);
}

/// Over the means from `low` to `high`, a x^2 + b x + c is the least cost so far, with the last change at `start`.
struct Piece {
  double low = 0;
  double high = 0;
  double a = 0;
  double b = 0;
  double c = 0;
  std::size_t start = 0;

  [[nodiscard]] double at(double x) const { return (a * x + b) * x + c; }
  [[nodiscard]] double least() const { return at(a > 0 ? std::clamp(-b / (2 * a), low, high) : low); }
};

/// The least cost as a function of the current segment's mean.
class Pieces {
 public:
  Pieces(double low, double high) : pieces_{{low, high, 0, 0, 0, 0}} {}

  void add(double value) {
    for (Piece& piece : pieces_) {
      piece.a += 1;
      piece.b -= 2 * value;
      piece.c += value * value;
    }
  }
  [[nodiscard]] const Piece& best() const {
    return *std::min_element(pieces_.begin(), pieces_.end(),
                             [](const Piece& a, const Piece& b) { return a.least() < b.least(); });
  }
  /// Wherever the cost is above `cost`, a change at `start` is better from now on.
  void cap(double cost, std::size_t start) {
    next_.clear();
    for (const Piece& piece : pieces_) {
      // Where the parabola is below the line.
      const double middle = -piece.b / (2 * piece.a);
      const double below = cost - piece.at(middle);
      const double reach = below > 0 ? std::sqrt(below / piece.a) : -1;
      const double left = reach < 0 ? piece.high : std::clamp(middle - reach, piece.low, piece.high);
      const double right = reach < 0 ? piece.high : std::clamp(middle + reach, piece.low, piece.high);
      append({piece.low, left, 0, 0, cost, start});
      if (right > left) next_.push_back({left, right, piece.a, piece.b, piece.c, piece.start});
      append({right, piece.high, 0, 0, cost, start});
    }
    pieces_.swap(next_);
  }

 private:
  void append(const Piece& line) {
    if (!(line.high > line.low)) return;
    if (!next_.empty() && next_.back().start == line.start)
      next_.back().high = line.high;
    else
      next_.push_back(line);
  }

  std::vector<Piece> pieces_;
  std::vector<Piece> next_;
};

}  // namespace

double noise_of(std::span<const double> series) {
  if (series.size() < 2) return 0;
  constexpr double kMadToSigma = 0.6744897501960817;
  std::vector<double> differences;
  double squares = 0;
  for (std::size_t i = 1; i < series.size(); ++i) {
    differences.push_back(std::abs(series[i] - series[i - 1]));
    squares += differences.back() * differences.back();
  }
  const double middle = median(differences);
  if (middle > 0) return middle / (kMadToSigma * std::sqrt(2.0));
  return std::sqrt(squares / static_cast<double>(differences.size()) / 2);
}

double mean_penalty(std::size_t n) { return 2 * std::log(static_cast<double>(n)); }
double mean_and_variance_penalty(std::size_t n) { return 3 * std::log(static_cast<double>(n)); }

ChangePoints change_points(std::span<const double> series, std::optional<double> penalty) {
  const std::vector<double> values = standardised(series);
  if (values.size() < 2) return {};
  const double cost_of_change = penalty.value_or(mean_penalty(values.size()));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  Pieces pieces(*low, *high);
  std::vector<std::size_t> last_change(values.size() + 1, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    pieces.add(values[i]);
    const Piece best = pieces.best();
    last_change[i + 1] = best.start;
    pieces.cap(best.least() + cost_of_change, i + 1);
  }
  return trace_back(last_change, values.size());
}

ChangePoints pelt_mean(std::span<const double> series, std::optional<double> penalty, std::size_t shortest) {
  const std::vector<double> values = standardised(series);
  const Sums sums(values);
  return pelt(values.size(), penalty.value_or(mean_penalty(values.size())), std::max<std::size_t>(1, shortest),
              [&](std::size_t begin, std::size_t end) { return sums.around_mean(begin, end); });
}

ChangePoints pelt_mean_and_variance(std::span<const double> series, std::optional<double> penalty,
                                    std::size_t shortest) {
  const std::vector<double> values = standardised(series);
  const Sums sums(values);
  constexpr double kLeastSpread = 1e-6;
  const double least_variance = kLeastSpread * kLeastSpread * variance(values);
  return pelt(values.size(), penalty.value_or(mean_and_variance_penalty(values.size())),
              std::max<std::size_t>(2, shortest), [&](std::size_t begin, std::size_t end) {
                const auto n = static_cast<double>(end - begin);
                return n * std::log(std::max(sums.around_mean(begin, end) / n, least_variance));
              });
}

}  // namespace sriov::stats
