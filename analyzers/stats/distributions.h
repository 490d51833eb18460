// Boost's distributions, which here answer what cannot be computed with NaN or infinity and never throw.
#pragma once

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace sriov::stats {

using QuietPolicy =
    boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::pole_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;

using Normal = boost::math::normal_distribution<double, QuietPolicy>;
using StudentsT = boost::math::students_t_distribution<double, QuietPolicy>;
using NonCentralT = boost::math::non_central_t_distribution<double, QuietPolicy>;
using ChiSquared = boost::math::chi_squared_distribution<double, QuietPolicy>;

}  // namespace sriov::stats
