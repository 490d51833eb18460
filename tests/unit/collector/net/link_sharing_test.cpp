#include <gtest/gtest.h>

#include "collector/net/link_stats.h"
#include "collector/sampler.h"

namespace sriov {
namespace {

std::vector<const LinkStats*> g_opened;  // NOLINT: what the collectors below were given

/// Takes the shared link counters, as netdev and xen do.
class Sharer : public Collector {
 public:
  CollectorScope scope() const override { return CollectorScope::network_namespace; }
  std::span<const Metric> metrics() const override { return {}; }
  std::string_view help() const override { return "takes the shared link counters"; }
  Result<void> probe(const Host&) const override { return {}; }
  Result<void> open(const Host&, const CollectorOptions&, Recorder&) override {
    SRIOV_ASSIGN(links_, LinkStats::open_shared());
    g_opened.push_back(links_.get());
    return {};
  }
  void sample(Recorder&) override {
    const auto samples = links_->read_row();
    EXPECT_TRUE(samples);
  }

 private:
  std::shared_ptr<LinkStats> links_;
};

class FirstSharer : public Sharer {
 public:
  std::string_view name() const override { return "first_sharer"; }
};
class SecondSharer : public Sharer {
 public:
  std::string_view name() const override { return "second_sharer"; }
};

SamplerConfig both() {
  SamplerConfig config;
  config.endpoint = "here";
  config.collectors = {"first_sharer", "second_sharer"};
  config.interval_ns = 2'000'000;
  return config;
}

TEST(SharedLinkStats, AreOneInASamplerAndAnotherInTheNext) {
  CollectorRegistry::instance().add("first_sharer", [] { return std::make_unique<FirstSharer>(); });
  CollectorRegistry::instance().add("second_sharer", [] { return std::make_unique<SecondSharer>(); });
  g_opened.clear();
  auto sampler = Sampler::start(Host{}, both());
  ASSERT_TRUE(sampler) << sampler.error().text();
  auto beside_it = Sampler::start(Host{}, both());
  ASSERT_TRUE(beside_it) << beside_it.error().text();
  ASSERT_EQ(g_opened.size(), 4U);
  EXPECT_EQ(g_opened[0], g_opened[1]);
  EXPECT_EQ(g_opened[2], g_opened[3]);
  EXPECT_NE(g_opened[0], g_opened[2]);
  EXPECT_EQ(sampler->stop().size(), 2U);
  EXPECT_EQ(beside_it->stop().size(), 2U);
  CollectorRegistry::instance().remove("first_sharer");
  CollectorRegistry::instance().remove("second_sharer");
}

TEST(SharedLinkStats, ReadAnewOutsideOfASampler) {
  const auto one = LinkStats::open_shared();
  const auto other = LinkStats::open_shared();
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->get(), other->get());
}

}  // namespace
}  // namespace sriov
