// The interval that the product shows of repetitions, chosen by measured coverage.
#pragma once

#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

enum class Center { mean, geometric_mean };

struct CenteredInterval {
  Center of = Center::mean;
  double center = 0;
  Interval interval;
};

/// Values that are all above 0: the geometric mean, with the t interval of the logarithms; others: the mean, with the t
/// interval. Of the methods tried (t, t of logarithms, bootstrap percentile, BCa, studentized) only these two cover 93
/// to 97 % at n = 5, 10 and 30: docs/method.md has the table, tests/unit/analyzers/stats/coverage_test.cpp measures it.
/// No method covers the *mean* of strongly skewed values at such n; where these differ in the least, the geometric mean
/// is nearly the mean (values that vary by 10 % have it 0.5 % lower). Absent for n < 2.
[[nodiscard]] std::optional<CenteredInterval> interval_95(std::span<const double> values);

}  // namespace sriov::stats
