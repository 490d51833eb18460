#include "workloads/engine/arrivals.h"

#include <utility>

#include <fmt/format.h>

namespace sriov {
namespace {

class Even : public Arrivals {
 public:
  Even(double gap_ns, std::int64_t first_ns) : Arrivals(first_ns), gap_ns_(gap_ns) {}

 protected:
  double gap_ns() override { return gap_ns_; }

 private:
  double gap_ns_;
};

class Poisson : public Arrivals {
 public:
  Poisson(double mean_gap_ns, std::int64_t first_ns, std::uint64_t seed)
      : Arrivals(first_ns), random_(seed), gap_(1 / mean_gap_ns) {}

 protected:
  double gap_ns() override { return gap_(random_); }

 private:
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_;
};

class Bursts : public Arrivals {
 public:
  Bursts(double gap_ns, std::int64_t on_ns, std::int64_t off_ns, std::int64_t first_ns)
      : Arrivals(first_ns),
        gap_ns_(gap_ns),
        on_ns_(static_cast<double>(on_ns)),
        period_ns_(static_cast<double>(on_ns + off_ns)) {}

 protected:
  double gap_ns() override {
    const double before_ns = into_ns_;
    into_ns_ += gap_ns_;
    if (into_ns_ < on_ns_) return gap_ns_;
    into_ns_ = 0;
    return period_ns_ - before_ns;
  }

 private:
  double gap_ns_;
  double on_ns_;
  double period_ns_;
  double into_ns_ = 0;  ///< Of the burst.
};

class Replay : public Arrivals {
 public:
  Replay(std::vector<std::int64_t> gaps_ns, std::int64_t first_ns) : Arrivals(first_ns), gaps_ns_(std::move(gaps_ns)) {}

 protected:
  double gap_ns() override {
    const auto gap = static_cast<double>(gaps_ns_[at_]);
    at_ = (at_ + 1) % gaps_ns_.size();
    return gap;
  }

 private:
  std::vector<std::int64_t> gaps_ns_;
  std::size_t at_ = 0;
};

}  // namespace

Result<ArrivalPattern> parse_arrival_pattern(std::string_view text) {
  if (text == "even") return ArrivalPattern::even;
  if (text == "poisson") return ArrivalPattern::poisson;
  return fail_usage(fmt::format("'{}' is no pattern of arrivals", text), "", "even or poisson");
}

std::unique_ptr<Arrivals> make_arrivals(ArrivalPattern pattern, double per_s, std::int64_t first_ns,
                                        std::uint64_t seed) {
  const double gap_ns = 1e9 / per_s;
  if (pattern == ArrivalPattern::poisson) return std::make_unique<Poisson>(gap_ns, first_ns, seed);
  return std::make_unique<Even>(gap_ns, first_ns);
}

std::unique_ptr<Arrivals> make_bursts(double gap_ns, std::int64_t on_ns, std::int64_t off_ns, std::int64_t first_ns) {
  return std::make_unique<Bursts>(gap_ns, on_ns, off_ns, first_ns);
}

std::unique_ptr<Arrivals> make_replay(std::vector<std::int64_t> gaps_ns, std::int64_t first_ns) {
  return std::make_unique<Replay>(std::move(gaps_ns), first_ns);
}

}  // namespace sriov
