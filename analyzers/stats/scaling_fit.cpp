#include "analyzers/stats/scaling_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <Eigen/Core>
#include <unsupported/Eigen/NonLinearOptimization>
#include <unsupported/Eigen/NumericalDiff>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/information_criterion.h"

namespace sriov::stats {
namespace {

/// What a model is: its parameters' names, its value, and how the search's free numbers become parameters within
/// bounds.
struct Description {
  ScalingModel model;
  std::string_view name;
  std::vector<std::string_view> parameters;
  double (*at)(std::span<const double> parameters, double n);
  std::vector<double> (*parameters_of)(const Eigen::VectorXd& free);
  /// From the first slope and the highest value of y.
  std::vector<Eigen::VectorXd> (*starts)(double slope, double highest, double largest_n);
};

Eigen::VectorXd vector_of(std::initializer_list<double> values) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(values.size()));
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

const std::array<Description, 3>& descriptions() {
  static const std::array<Description, 3> kDescriptions{{
      {ScalingModel::linear,
       "linear",
       {"rate"},
       [](std::span<const double> p, double n) { return p[0] * n; },
       [](const Eigen::VectorXd& free) { return std::vector<double>{std::exp(free[0])}; },
       [](double slope, double, double) { return std::vector<Eigen::VectorXd>{vector_of({std::log(slope)})}; }},
      {ScalingModel::saturating,
       "saturating",
       {"limit", "scale"},
       [](std::span<const double> p, double n) { return -p[0] * std::expm1(-n / p[1]); },
       [](const Eigen::VectorXd& free) {
         return std::vector<double>{std::exp(free[0]), std::exp(free[1])};
       },
       [](double slope, double highest, double largest_n) {
         return std::vector<Eigen::VectorXd>{vector_of({std::log(highest), std::log(highest / slope)}),
                                             vector_of({std::log(2 * highest), std::log(largest_n)})};
       }},
      {ScalingModel::usl,
       "usl",
       {"rate", "contention", "coherency"},
       [](std::span<const double> p, double n) { return p[0] * n / (1 + p[1] * (n - 1) + p[2] * n * (n - 1)); },
       [](const Eigen::VectorXd& free) {
         return std::vector<double>{std::exp(free[0]), free[1] * free[1], free[2] * free[2]};
       },
       [](double slope, double, double) {
         return std::vector<Eigen::VectorXd>{vector_of({std::log(slope), 0.1, 0.01}),
                                             vector_of({std::log(slope), 0.5, 0.1}),
                                             vector_of({std::log(slope), 0.01, 0.1})};
       }},
  }};
  return kDescriptions;
}

const Description& description_of(ScalingModel model) {
  return *std::find_if(descriptions().begin(), descriptions().end(),
                       [&](const Description& description) { return description.model == model; });
}

/// In the shape that Eigen's solver asks for.
struct Residuals {
  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };

  const Description* description = nullptr;
  std::span<const double> n;
  std::span<const double> y;
  double unit = 1;  // The highest y: the search is then of numbers near 1.

  [[nodiscard]] int inputs() const { return static_cast<int>(description->parameters.size()); }
  [[nodiscard]] int values() const { return static_cast<int>(n.size()); }
  int operator()(const Eigen::VectorXd& free, Eigen::VectorXd& out) const {
    const std::vector<double> parameters = description->parameters_of(free);
    for (std::size_t i = 0; i < n.size(); ++i)
      out[static_cast<Eigen::Index>(i)] = description->at(parameters, n[i]) - y[i] / unit;
    return 0;
  }
};

/// The best of the searches from every start; its parameters are those of y / unit.
std::optional<std::vector<double>> search(const Residuals& residuals, double slope, double largest_n) {
  double least = std::numeric_limits<double>::infinity();
  std::optional<std::vector<double>> best;
  for (Eigen::VectorXd free : residuals.description->starts(slope, 1, largest_n)) {
    Eigen::NumericalDiff<Residuals, Eigen::Central> differentiated(residuals);
    Eigen::LevenbergMarquardt<decltype(differentiated)> solver(differentiated);
    constexpr double kTolerance = 1e-12;
    solver.parameters.ftol = kTolerance;
    solver.parameters.xtol = kTolerance;
    solver.parameters.maxfev = 5'000;
    solver.minimize(free);
    Eigen::VectorXd left(residuals.values());
    residuals(free, left);
    const double sum = left.squaredNorm();
    if (!std::isfinite(sum) || sum >= least) continue;
    least = sum;
    best = residuals.description->parameters_of(free);
  }
  return best;
}

bool are_positive(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0 && std::isfinite(value); });
}

}  // namespace

std::string_view scaling_model_name(ScalingModel model) { return description_of(model).name; }

double ScalingFit::at(double n) const {
  std::vector<double> values;
  for (const auto& [name, value] : parameters) values.push_back(value);
  return description_of(model).at(values, n);
}

std::optional<double> ScalingFit::peak() const {
  if (model != ScalingModel::usl || parameters.size() != 3) return std::nullopt;
  const double contention = parameters[1].second;
  const double coherency = parameters[2].second;
  // What rounding leaves of a coherency of 0 would put the peak at some millions.
  constexpr double kNone = 1e-9;
  if (coherency < kNone || contention >= 1) return std::nullopt;
  return std::sqrt((1 - contention) / coherency);
}

std::optional<ScalingFit> fit_scaling(ScalingModel model, std::span<const double> n, std::span<const double> y) {
  const Description& description = description_of(model);
  if (n.size() != y.size() || n.size() < description.parameters.size() || !are_positive(n) || !are_positive(y))
    return std::nullopt;
  const double unit = *std::max_element(y.begin(), y.end());
  const auto first = static_cast<std::size_t>(std::min_element(n.begin(), n.end()) - n.begin());
  const auto parameters =
      search({&description, n, y, unit}, y[first] / unit / n[first], *std::max_element(n.begin(), n.end()));
  if (!parameters) return std::nullopt;
  ScalingFit fit;
  fit.model = model;
  for (std::size_t i = 0; i < parameters->size(); ++i)
    fit.parameters.emplace_back(description.parameters[i], i == 0 ? (*parameters)[i] * unit : (*parameters)[i]);
  double around_mean = 0;
  const double center = mean(y);
  for (std::size_t i = 0; i < n.size(); ++i) {
    fit.residuals += (y[i] - fit.at(n[i])) * (y[i] - fit.at(n[i]));
    around_mean += (y[i] - center) * (y[i] - center);
  }
  fit.r_squared = around_mean > 0 ? 1 - fit.residuals / around_mean : std::numeric_limits<double>::quiet_NaN();
  constexpr double kRounding = 1e-10;
  fit.aicc = aicc(n.size(), parameters->size(), fit.residuals,
                  static_cast<double>(n.size()) * unit * unit * kRounding * kRounding);
  return fit;
}

std::vector<ScalingFit> fit_scaling_models(std::span<const double> n, std::span<const double> y) {
  std::vector<ScalingFit> fits;
  for (const Description& description : descriptions())
    if (auto fit = fit_scaling(description.model, n, y)) fits.push_back(std::move(*fit));
  std::stable_sort(fits.begin(), fits.end(), [](const ScalingFit& a, const ScalingFit& b) {
    constexpr double kLast = std::numeric_limits<double>::infinity();
    return a.aicc.value_or(kLast) < b.aicc.value_or(kLast);
  });
  return fits;
}

}  // namespace sriov::stats
