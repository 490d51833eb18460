#include "analyzers/stats/detectable_effect.h"

#include <boost/math/distributions/non_central_t.hpp>

#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

double power_of(double standard_errors, double degrees_of_freedom, double critical) {
  const boost::math::non_central_t distribution(degrees_of_freedom, standard_errors);
  return boost::math::cdf(boost::math::complement(distribution, critical)) + boost::math::cdf(distribution, -critical);
}

}  // namespace

double detectable_standard_errors(double degrees_of_freedom, double power, double alpha) {
  const double critical = t_critical(degrees_of_freedom, 1 - alpha);
  double low = 0;
  double high = 1;
  while (power_of(high, degrees_of_freedom, critical) < power) high *= 2;
  constexpr int kHalvings = 50;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (power_of(middle, degrees_of_freedom, critical) < power ? low : high) = middle;
  }
  return high;
}

}  // namespace sriov::stats
