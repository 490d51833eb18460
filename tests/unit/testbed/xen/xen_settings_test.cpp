#include "testbed/xen/xen_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov::xen {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(XenSettings, TemplatesAndOwnValues) {
  const auto settings = parse_xen_settings({{"peer", "ssh:root@peer"},
                                            {"guest", "ssh:root@10.0.0.1{n}"},
                                            {"guest2", "ssh:root@other"},
                                            {"guest_vf_address", "10.1.0.1{n}/24"},
                                            {"guest1_vf_mac", "02:AA:00:00:00:01"}},
                                           2, {"vf", "netfront"});
  ASSERT_TRUE(settings) << settings.error().text();
  ASSERT_EQ(settings->guests.size(), 2U);
  EXPECT_EQ(settings->guests[0].target, "ssh:root@10.0.0.11");
  EXPECT_EQ(settings->guests[1].target, "ssh:root@other");
  EXPECT_EQ(settings->guests[1].addresses.at("vf"), "10.1.0.12/24");
  EXPECT_EQ(settings->guests[0].macs.at("vf"), "02:aa:00:00:00:01");
  EXPECT_EQ(settings->guests[1].macs.at("vf"), "");
  EXPECT_FALSE(settings->image);
}

TEST(XenSettings, CreatedGuestsGetMacsOfTheirOwn) {
  const auto settings = parse_xen_settings({{"peer", "ssh:peer"},
                                            {"pf", "eth0"},
                                            {"bridge", "xenbr0"},
                                            {"guest", "ssh:root@10.0.0.1{n}"},
                                            {"guest_kernel", "/k"},
                                            {"guest_ramdisk", "/r"},
                                            {"guest_cmdline", "name=g{n} vf={vf_mac}"}},
                                           1, {"vf", "netfront"});
  ASSERT_TRUE(settings) << settings.error().text();
  EXPECT_EQ(expand(settings->image->cmdline, settings->guests[0]), "name=g1 vf=02:53:56:00:01:01");
}

std::string error_of(const std::map<std::string, std::string>& settings, const std::vector<std::string>& paths) {
  const auto result = parse_xen_settings(settings, 1, paths);
  return result ? "no error" : result.error().text();
}

TEST(XenSettings, SaysWhatToWrite) {
  EXPECT_THAT(error_of({}, {"vf"}), HasSubstr("peer = \"ssh:root@peer\""));
  EXPECT_THAT(error_of({{"peer", "ssh:p"}}, {"vf"}), HasSubstr("guest1 = \"ssh:root@ADDRESS\""));
  EXPECT_THAT(error_of({{"peer", "ssh:p"}}, {"native"}), HasSubstr("pf = \"eth0\""));
  EXPECT_THAT(error_of({{"peer", "ssh:p"}, {"guest_kernel", "/k"}}, {"vf"}), HasSubstr("guest_ramdisk"));
  EXPECT_THAT(
      error_of({{"peer", "ssh:p"}, {"guest_kernel", "/k"}, {"guest_ramdisk", "/r"}, {"guest_vcpus", "0"}}, {"vf"}),
      HasSubstr("guest_vcpus"));
}

TEST(XenSettings, NamesAreComplete) {
  const auto names = xen_setting_names();
  for (const char* name : {"pf", "peer", "guest", "guest1", "guest8_netfront_mac", "guest_vf_address"})
    EXPECT_THAT(names, Contains(name));
}

}  // namespace
}  // namespace sriov::xen
