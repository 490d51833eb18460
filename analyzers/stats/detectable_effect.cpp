#include "analyzers/stats/detectable_effect.h"

#include <cstdint>

#include <boost/math/tools/roots.hpp>

#include "analyzers/stats/distributions.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

double power_of(double standard_errors, double degrees_of_freedom, double critical) {
  const NonCentralT distribution(degrees_of_freedom, standard_errors);
  return boost::math::cdf(boost::math::complement(distribution, critical)) + boost::math::cdf(distribution, -critical);
}

}  // namespace

double detectable_standard_errors(double degrees_of_freedom, double power, double alpha) {
  const double critical = t_critical(degrees_of_freedom, 1 - alpha);
  const auto lacking = [&](double standard_errors) {
    return power_of(standard_errors, degrees_of_freedom, critical) - power;
  };
  constexpr double kGrowth = 1.3;
  constexpr int kBits = 36;
  std::uintmax_t steps = 200;
  const auto [low, high] = boost::math::tools::bracket_and_solve_root(lacking, critical * kGrowth, kGrowth, true,
                                                                      boost::math::tools::eps_tolerance<double>(kBits),
                                                                      steps, QuietPolicy());
  return (low + high) / 2;
}

}  // namespace sriov::stats
