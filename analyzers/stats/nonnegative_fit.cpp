#include "analyzers/stats/nonnegative_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/random.h"

namespace sriov::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Unconstrained least squares of the columns that are free; the others are 0.
VectorXd solve_free(const MatrixXd& design, const VectorXd& y, const std::vector<bool>& is_free) {
  std::vector<Index> free;
  for (Index j = 0; j < design.cols(); ++j)
    if (is_free[static_cast<std::size_t>(j)]) free.push_back(j);
  MatrixXd part(design.rows(), static_cast<Index>(free.size()));
  for (std::size_t k = 0; k < free.size(); ++k) part.col(static_cast<Index>(k)) = design.col(free[k]);
  const VectorXd solved = part.colPivHouseholderQr().solve(y);
  VectorXd out = VectorXd::Zero(design.cols());
  for (std::size_t k = 0; k < free.size(); ++k) out[free[k]] = solved[static_cast<Index>(k)];
  return out;
}

/// Lawson and Hanson's inner loop: goes towards the unconstrained solution as far as all stay >= 0, and fixes at 0 what
/// stops it.
void settle(const MatrixXd& design, const VectorXd& y, std::vector<bool>& is_free, VectorXd& x) {
  while (true) {
    const VectorXd wanted = solve_free(design, y, is_free);
    double step = 1;
    Index stopper = -1;
    for (Index j = 0; j < x.size(); ++j) {
      if (!is_free[static_cast<std::size_t>(j)] || wanted[j] > 0) continue;
      const double possible = x[j] > 0 ? x[j] / (x[j] - wanted[j]) : 0;
      if (stopper >= 0 && possible >= step) continue;
      step = possible;
      stopper = j;
    }
    x += step * (wanted - x);
    if (stopper < 0) return;
    x[stopper] = 0;
    is_free[static_cast<std::size_t>(stopper)] = false;
  }
}

VectorXd solve_nonnegative(const MatrixXd& unscaled, const VectorXd& y) {
  // Bytes beside interrupts differ by many powers of ten: columns of length 1 keep the rounding alike.
  VectorXd lengths = unscaled.colwise().norm();
  for (double& length : lengths) length = length > 0 ? length : 1;
  const MatrixXd design = unscaled * lengths.cwiseInverse().asDiagonal();
  VectorXd x = VectorXd::Zero(design.cols());
  std::vector<bool> is_free(static_cast<std::size_t>(design.cols()), false);
  constexpr double kRounding = 1e-12;
  const double tolerance = kRounding * y.norm();
  // Each round lowers the sum of squares, so it ends; the bound is for columns that differ by rounding only.
  for (Index round = 0; round < 3 * design.cols(); ++round) {
    const VectorXd pull = design.transpose() * (y - design * x);
    Index strongest = -1;
    for (Index j = 0; j < x.size(); ++j)
      if (!is_free[static_cast<std::size_t>(j)] && pull[j] > tolerance && (strongest < 0 || pull[j] > pull[strongest]))
        strongest = j;
    if (strongest < 0) break;
    is_free[static_cast<std::size_t>(strongest)] = true;
    settle(design, y, is_free, x);
  }
  return x.cwiseQuotient(lengths);
}

bool is_usable(Columns columns, std::span<const double> y) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  return !columns.empty() && !y.empty() && std::all_of(y.begin(), y.end(), is_finite) &&
         std::all_of(columns.begin(), columns.end(), [&](const std::vector<double>& column) {
           return column.size() == y.size() && std::all_of(column.begin(), column.end(), is_finite);
         });
}

MatrixXd matrix_of(Columns columns) {
  MatrixXd out(static_cast<Index>(columns.front().size()), static_cast<Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    out.col(static_cast<Index>(j)) = Eigen::Map<const VectorXd>(columns[j].data(), out.rows());
  return out;
}

double squares_around_mean(const VectorXd& values) { return (values.array() - values.mean()).matrix().squaredNorm(); }

bool is_constant(const VectorXd& column) { return (column.array() == column[0]).all(); }

MatrixXd without_column(const MatrixXd& design, Index left_out) {
  MatrixXd out(design.rows(), design.cols() - 1);
  out << design.leftCols(left_out), design.rightCols(design.cols() - left_out - 1);
  return out;
}

double residuals_of(const MatrixXd& design, const VectorXd& y) {
  if (design.cols() == 0) return y.squaredNorm();
  return (y - design * solve_nonnegative(design, y)).squaredNorm();
}

double variance_inflation(const MatrixXd& design, Index j) {
  if (design.cols() == 1) return 1;
  const MatrixXd others = without_column(design, j);
  bool centred = false;
  for (Index k = 0; k < others.cols(); ++k) centred = centred || is_constant(others.col(k));
  const VectorXd column = design.col(j);
  const double total = centred ? squares_around_mean(column) : column.squaredNorm();
  const double left = (column - others * others.colPivHouseholderQr().solve(column)).squaredNorm();
  constexpr double kRounding = 1e-14;
  return left > kRounding * column.squaredNorm() ? total / left : std::numeric_limits<double>::infinity();
}

double condition_number(const MatrixXd& design) {
  MatrixXd scaled = design;
  for (Index j = 0; j < scaled.cols(); ++j) scaled.col(j).normalize();
  const VectorXd singular = Eigen::JacobiSVD<MatrixXd>(scaled).singularValues();
  const double least = singular[singular.size() - 1];
  return least > 0 ? singular[0] / least : std::numeric_limits<double>::infinity();
}

double cross_validated_squares(const MatrixXd& design, const VectorXd& y) {
  double squares = 0;
  MatrixXd rows(design.rows() - 1, design.cols());
  VectorXd wanted(design.rows() - 1);
  for (Index left_out = 0; left_out < design.rows(); ++left_out) {
    const Index after = design.rows() - left_out - 1;
    rows << design.topRows(left_out), design.bottomRows(after);
    wanted << y.head(left_out), y.tail(after);
    const double error = y[left_out] - design.row(left_out).dot(solve_nonnegative(rows, wanted));
    squares += error * error;
  }
  return squares;
}

void add_intervals(const MatrixXd& design, const VectorXd& y, const NonnegativeOptions& options, NonnegativeFit& fit) {
  Random random(options.seed);
  std::vector<std::vector<double>> seen(fit.parts.size());
  MatrixXd rows(design.rows(), design.cols());
  VectorXd wanted(y.size());
  for (std::size_t i = 0; i < options.resamples; ++i) {
    for (Index row = 0; row < design.rows(); ++row) {
      const auto drawn = static_cast<Index>(random.below(static_cast<std::uint32_t>(design.rows())));
      rows.row(row) = design.row(drawn);
      wanted[row] = y[drawn];
    }
    const VectorXd solved = solve_nonnegative(rows, wanted);
    for (std::size_t j = 0; j < seen.size(); ++j) seen[j].push_back(solved[static_cast<Index>(j)]);
    fit.resampled.emplace_back(solved.begin(), solved.end());
  }
  constexpr double kTail = 0.025;
  for (std::size_t j = 0; j < seen.size(); ++j)
    fit.parts[j].coefficient_95 = {quantile(seen[j], kTail), quantile(seen[j], 1 - kTail)};
}

}  // namespace

std::optional<std::vector<double>> nonnegative_least_squares(Columns columns, std::span<const double> y) {
  if (!is_usable(columns, y)) return std::nullopt;
  const VectorXd solved =
      solve_nonnegative(matrix_of(columns), Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size())));
  return std::vector<double>(solved.begin(), solved.end());
}

std::optional<NonnegativeFit> fit_nonnegative(Columns columns, std::span<const double> y,
                                              const NonnegativeOptions& options) {
  if (!is_usable(columns, y) || y.size() < columns.size() + 1 || options.resamples == 0) return std::nullopt;
  const MatrixXd design = matrix_of(columns);
  const VectorXd wanted = Eigen::Map<const VectorXd>(y.data(), design.rows());
  const double variation = squares_around_mean(wanted);
  if (!(variation > 0)) return std::nullopt;
  const VectorXd solved = solve_nonnegative(design, wanted);
  const VectorXd fitted = design * solved;
  NonnegativeFit fit;
  fit.residuals = (wanted - fitted).squaredNorm();
  fit.r_squared = 1 - fit.residuals / variation;
  fit.cross_validated_r_squared = 1 - cross_validated_squares(design, wanted) / variation;
  fit.condition_number = condition_number(design);
  for (Index j = 0; j < design.cols(); ++j) {
    NonnegativePart part;
    part.coefficient = solved[j];
    part.share = fitted.sum() == 0 ? 0 : solved[j] * design.col(j).sum() / fitted.sum();
    part.unique_r_squared = (residuals_of(without_column(design, j), wanted) - fit.residuals) / variation;
    part.variance_inflation = variance_inflation(design, j);
    fit.parts.push_back(part);
  }
  add_intervals(design, wanted, options, fit);
  return fit;
}

}  // namespace sriov::stats
