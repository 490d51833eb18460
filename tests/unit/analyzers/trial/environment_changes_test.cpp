// What is another at the end of a run than at its beginning.
#include "analyzers/trial/environment_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sriov {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> changed(const json& begin, const json& end) {
  std::vector<std::string> out;
  for (const EnvironmentChange& change : environment_changes(begin.dump(), end.dump())) out.push_back(change.text());
  return out;
}

const json kBegin = {{"kernel", "6.1"},
                     {"nics",
                      {{{"device", "eth0"},
                        {"mtu", 1500},
                        {"coalescing", {{"rx_usecs", 3}, {"adaptive_rx", false}}},
                        {"offloads_on", {"rx-gro", "tx-tcp-segmentation"}},
                        {"vf_layout", {{{"vf", 0}, {"driver", "pciback"}}}}},
                       {{"device", "eth1"}, {"mtu", 9000}}}},
                     {"irqs", {{{"irq", "57"}, {"device", "eth0"}, {"affinity", "0-1"}}}}};

TEST(EnvironmentChanges, OfTheSameAreNone) { EXPECT_THAT(changed(kBegin, kBegin), IsEmpty()); }

TEST(EnvironmentChanges, NameTheFactAndBothValues) {
  json end = kBegin;
  end["nics"][0]["coalescing"]["rx_usecs"] = 100;
  end["nics"][0]["vf_layout"][0]["driver"] = "igbvf";
  end["irqs"][0]["affinity"] = "1";
  EXPECT_THAT(changed(kBegin, end), ElementsAre("irqs.57.affinity: 0-1 -> 1", "nics.eth0.coalescing.rx_usecs: 3 -> 100",
                                                "nics.eth0.vf_layout.0.driver: pciback -> igbvf"));
}

TEST(EnvironmentChanges, WordsOfAListAreToldOneByOne) {
  json end = kBegin;
  end["nics"][0]["offloads_on"] = {"tx-tcp-segmentation", "rx-lro"};
  EXPECT_THAT(changed(kBegin, end), ElementsAre("nics.eth0.offloads_on.rx-gro: present -> absent",
                                                "nics.eth0.offloads_on.rx-lro: absent -> present"));
}

TEST(EnvironmentChanges, DevicesAreMatchedByNameAndToldOnce) {
  json end = kBegin;
  end["nics"].erase(0);
  end["nics"].push_back({{"device", "eth2"}, {"mtu", 1500}});
  EXPECT_THAT(changed(kBegin, end), ElementsAre("nics.eth0: present -> absent", "nics.eth2: absent -> present"));
}

TEST(EnvironmentChanges, AFactThatCannotBeReadAnyMoreIsAbsent) {
  json end = kBegin;
  end["nics"][1].erase("mtu");
  EXPECT_THAT(changed(kBegin, end), ElementsAre("nics.eth1.mtu: 9000 -> absent"));
}

TEST(EnvironmentChanges, OfWhatIsNoJsonAreNone) {
  EXPECT_THAT(environment_changes("", kBegin.dump()), IsEmpty());
  EXPECT_THAT(environment_changes(kBegin.dump(), "[1]"), IsEmpty());
  EXPECT_THAT(changed({{"irqs", {{{"irq", 5}}, 7, nullptr}}}, {{"irqs", {{{"irq", 5}}, 8, nullptr}}}),
              ElementsAre("irqs.7: present -> absent", "irqs.8: absent -> present"))
      << "odd entries are told, not tripped over";
}

TEST(EnvironmentChanges, AreKeptWithTheFacts) {
  const std::string begin = kBegin.dump();
  EXPECT_EQ(with_changes(begin, {}), begin);
  const json kept = json::parse(with_changes(begin, {{"nics.eth0.mtu", "1500", "9000"}}));
  EXPECT_EQ(kept["kernel"], "6.1");
  EXPECT_EQ(kept["changes"][0]["fact"], "nics.eth0.mtu");
  EXPECT_EQ(kept["changes"][0]["begin"], "1500");
  EXPECT_EQ(kept["changes"][0]["end"], "9000");
}

}  // namespace
}  // namespace sriov
