// The lab's parts that need no machine: command line, image key, guest states, fast kernels.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "host/file.h"
#include "testbed/lab/fast_kernel.h"
#include "testbed/lab/guest_state.h"
#include "testbed/lab/image.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/lab/qemu_command.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::lab {
namespace {

namespace fs = std::filesystem;

class LabFiles : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }

  test::TemporaryDirectory temporary_;
  const std::string directory_ = temporary_.path();
};

std::string option_value(const Command& command, const std::string& option) {
  for (std::size_t i = 0; i + 1 < command.size(); ++i)
    if (command[i] == option) return command[i + 1];
  return {};
}

bool has_word(const Command& command, const std::string& word) {
  return std::find(command.begin(), command.end(), word) != command.end();
}

TEST(LabQemuCommand, XenBootsTheHypervisorWithPinnedDom0) {
  const Command command =
      qemu_command({"xen", "tcg", "/image", "/image/xen.elf", "/overlay.img", "/console", "/monitor", "/trace", 4096});
  EXPECT_EQ(command.front(), "qemu-system-x86_64");
  EXPECT_EQ(option_value(command, "-kernel"), "/image/xen.elf");
  EXPECT_EQ(option_value(command, "-accel"), "tcg,thread=multi,tb-size=512");
  EXPECT_NE(option_value(command, "-append").find("dom0_max_vcpus=2 dom0_vcpus_pin"), std::string::npos);
  EXPECT_NE(option_value(command, "-append").find("bootscrub=0"), std::string::npos);
  EXPECT_EQ(option_value(command, "-initrd"),
            "/image/vmlinuz net.ifnames=0 mitigations=off loglevel=4 console=hvc0 iomem=relaxed,/image/early.img");
  EXPECT_TRUE(has_word(command, "igb,netdev=wire0,bus=port1,mac=52:54:00:77:01:01,romfile="));
  EXPECT_TRUE(has_word(command, "igb,netdev=wire1,bus=port2,mac=52:54:00:77:02:01,romfile="));
  EXPECT_TRUE(has_word(command, "file=/image/rootfs.img,format=raw,if=none,id=disk0,snapshot=on"));
  EXPECT_TRUE(has_word(command, "file=/overlay.img,format=raw,if=none,id=disk1,snapshot=on"));
  EXPECT_EQ(option_value(command, "-chardev"), "file,id=serial,path=/console");
}

TEST(LabQemuCommand, LinuxBootsTheKernelItself) {
  const Command command =
      qemu_command({"linux", "tcg", "/image", "", "/overlay.img", "/console", "/monitor", "/trace", 2048});
  EXPECT_EQ(option_value(command, "-kernel"), "/image/vmlinuz");
  EXPECT_EQ(option_value(command, "-initrd"), "/image/early.img");
  EXPECT_EQ(option_value(command, "-m"), "2048");
  EXPECT_NE(option_value(command, "-append").find("intel_iommu=on"), std::string::npos);
  EXPECT_EQ(option_value(command, "-cpu"), "max,-x2apic,phys-bits=36");
}

TEST(LabQemuCommand, KvmUsesTheHostsProcessor) {
  const Command command =
      qemu_command({"xen", "kvm", "/image", "/xen", "/overlay", "/console", "/monitor", "/trace", 4096});
  EXPECT_EQ(option_value(command, "-accel"), "kvm");
  EXPECT_EQ(option_value(command, "-cpu"), "host,phys-bits=36,host-phys-bits=off");
}

TEST(LabGuest, IsPinnedAndHasItsOwnNames) {
  const xen::DomainConfig first = guest_config(1, "0000:01:10.0", true);
  const xen::DomainConfig second = guest_config(2, "0000:01:10.2", false);
  EXPECT_EQ(std::count(first.extra.begin(), first.extra.end(), "cpus=\"1\""), 1);
  EXPECT_EQ(std::count(second.extra.begin(), second.extra.end(), "cpus=\"0\""), 1);
  EXPECT_TRUE(first.hap);
  EXPECT_FALSE(second.hap);
  EXPECT_NE(first.vifs[1].mac, second.vifs[1].mac);
  EXPECT_NE(second.cmdline.find("lab.if=52:54:00:77:01:12,vf0,10.77.1.12/24"), std::string::npos);
}

TEST(LabGuestStates, OfXlList) {
  const auto guests = parse_guest_states(
      "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
      "Domain-0                                     0  1024     2     r-----      38.9\n"
      "guest1                                       1   223     1     -b----      12.8\n"
      "guest2                                       2   223     1     ---s--      13.6\n"
      "guest3                                       3   223     1     ----c-      13.6\n"
      "guest4                                       4   223     1     --p---       0.0\n"
      "(null)                                       5     0     1     --ps-d       0.1\n"
      "guest5\n");
  ASSERT_EQ(guests.size(), 4U);
  EXPECT_EQ(guests[0].name, "guest1");
  EXPECT_EQ(guests[0].state, "running");
  EXPECT_FALSE(guests[0].is_dead());
  EXPECT_EQ(guests[1].state, "shut down");
  EXPECT_TRUE(guests[1].is_dead());
  EXPECT_EQ(guests[2].state, "crashed");
  EXPECT_TRUE(guests[2].is_dead());
  EXPECT_EQ(guests[3].state, "paused");
  EXPECT_FALSE(guests[3].is_dead());
  EXPECT_TRUE(parse_guest_states("").empty());
}

class LabImageKey : public LabFiles {
 protected:
  void SetUp() override {
    LabFiles::SetUp();
    if (const char* before = std::getenv("SRIOV_BENCH_CONFIGS")) before_ = before;
    fs::create_directories(path("lab"));
    for (const char* name : {"mirror.sh", "build-root.sh", "build-hypervisor.sh", "early-init", "dom0-init", "vif-lab"})
      ASSERT_TRUE(write_file(path("lab/") + name, name));
    ::setenv("SRIOV_BENCH_CONFIGS", directory_.c_str(), 1);
  }
  void TearDown() override {
    if (before_.empty())
      ::unsetenv("SRIOV_BENCH_CONFIGS");
    else
      ::setenv("SRIOV_BENCH_CONFIGS", before_.c_str(), 1);
    LabFiles::TearDown();
  }
  static std::string key() { return image_key().value_or("no key"); }

  std::string before_;
};

/// An image in a cache of its own, as far as find_image() looks.
class LabImageInCache : public LabImageKey {
 protected:
  void SetUp() override {
    LabImageKey::SetUp();
    if (const char* cache = std::getenv("SRIOV_BENCH_CACHE")) cache_before_ = cache;
    ::setenv("SRIOV_BENCH_CACHE", path("cache").c_str(), 1);
    image_ = path("cache/lab/") + key();
    fs::create_directories(image_ + "/keys");
    for (const char* file : {"rootfs.img", "vmlinuz", "early.img", "guest-flat", "keys/id", "xen-package.elf"})
      ASSERT_TRUE(write_file(fmt::format("{}/{}", image_, file), "x"));
    ASSERT_TRUE(write_file(image_ + "/manifest.json", R"({"key": "k", "xen_version": "4.17.5"})"));
  }
  void TearDown() override {
    if (cache_before_.empty())
      ::unsetenv("SRIOV_BENCH_CACHE");
    else
      ::setenv("SRIOV_BENCH_CACHE", cache_before_.c_str(), 1);
    LabImageKey::TearDown();
  }

  std::string cache_before_;
  std::string image_;
};

TEST_F(LabImageKey, ChangesWithWhatGoesIn) {
  const std::string before = key();
  EXPECT_EQ(before.size(), 16U);
  EXPECT_EQ(key(), before);
  ASSERT_TRUE(write_file(path("lab/guest-init"), "not part of the image: it is added at every boot"));
  EXPECT_EQ(key(), before);
  ASSERT_TRUE(write_file(path("lab/dom0-init"), "changed"));
  EXPECT_NE(key(), before);
}

TEST_F(LabImageKey, NeedsTheScripts) {
  fs::remove(path("lab/vif-lab"));
  EXPECT_FALSE(image_key());
}

TEST_F(LabImageInCache, HasTheHypervisorsThatWereBuilt) {
  const auto image = find_image(HypervisorKind::package);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_EQ(image->directory, image_);
  EXPECT_EQ(image->key, "k");
  EXPECT_EQ(image->xen_version, "4.17.5");
  EXPECT_EQ(image->hypervisor, HypervisorKind::package);
  EXPECT_EQ(built_hypervisors(), std::vector{HypervisorKind::package});
  const auto source = find_image(HypervisorKind::source);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().hint, "sriov-bench lab build --hypervisor source");
  ASSERT_TRUE(write_file(image_ + "/xen-source.elf", "x"));
  EXPECT_TRUE(find_image(HypervisorKind::source));
}

TEST_F(LabImageInCache, IsNoneWhenAFileIsMissingOrDamaged) {
  for (const char* manifest : {"", "[]", "{"}) {
    ASSERT_TRUE(write_file(image_ + "/manifest.json", manifest));
    EXPECT_FALSE(find_image(HypervisorKind::package)) << manifest;
  }
  ASSERT_TRUE(write_file(image_ + "/manifest.json", R"({"key": 7})"));
  const auto image = find_image(HypervisorKind::package);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->key, "");
  fs::remove(image_ + "/guest-flat");
  EXPECT_FALSE(find_image(HypervisorKind::package));
  fs::remove(image_ + "/manifest.json");
  const auto none = find_image(HypervisorKind::package);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().hint, "sriov-bench lab build");
  EXPECT_TRUE(built_hypervisors().empty());
}

/// A bzImage's header as far as it is read: one setup sector beyond the boot sector.
std::string bzimage(std::size_t size) {
  std::string file(size, '\0');
  file[0x1f1] = 1;
  file.replace(0x202, 4, "HdrS");
  return file;
}

class LabFastKernel : public LabFiles {
 protected:
  std::string kernel(const std::string& contents) {
    EXPECT_TRUE(write_file(path("vmlinuz"), contents));
    return path("vmlinuz");
  }
};

TEST_F(LabFastKernel, StubKeepsTheSetUpPart) {
  const std::string original = bzimage(4096);
  ASSERT_TRUE(write_stub(kernel(original), 0x12345678, path("stub")));
  const std::string stub = read_file(path("stub")).value_or("");
  ASSERT_GT(stub.size(), 1024U);
  EXPECT_EQ(stub.size() % 16, 0U);
  EXPECT_EQ(stub.substr(0, 0x1f1), original.substr(0, 0x1f1));
  EXPECT_EQ(static_cast<unsigned char>(stub[0x1f4]), (stub.size() - 1024) / 16);
  EXPECT_EQ(stub[0x211] & 1, 1);  // Loaded high.
  EXPECT_NE(stub.find(std::string("\x78\x56\x34\x12", 4), 1024), std::string::npos);
  EXPECT_EQ(stub.find("\xaa\xaa\xaa\xaa", 1024), std::string::npos);
  EXPECT_EQ(stub.find("\xbb\xbb\xbb\xbb", 1024), std::string::npos);
}

TEST_F(LabFastKernel, BadInputIsAnError) {
  EXPECT_FALSE(write_stub(path("none"), 1, path("stub")));
  EXPECT_FALSE(write_stub(kernel(""), 1, path("stub")));
  EXPECT_FALSE(write_stub(kernel(std::string(4096, 'x')), 1, path("stub")));
  EXPECT_FALSE(write_stub(kernel(bzimage(4096).substr(0, 0x210)), 1, path("stub")));
  EXPECT_FALSE(write_stub(kernel(bzimage(1000)), 1, path("stub")));  // Shorter than its set-up part.
  EXPECT_FALSE(exists(path("stub")));
}

TEST_F(LabFastKernel, BadPayloadIsAnError) {
  std::string file = bzimage(4096);
  file.replace(0x248, 4, std::string("\xff\xff\xff\xff", 4));
  EXPECT_FALSE(unpack_kernel(kernel(file), path("flat")));  // Beyond the end.
  file = bzimage(4096);
  file[0x24d] = 4;  // 1024 bytes that are not XZ.
  EXPECT_FALSE(unpack_kernel(kernel(file), path("flat")));
  EXPECT_FALSE(exists(path("flat")));
  EXPECT_FALSE(exists(path("flat.xz")));
  EXPECT_FALSE(exists(path("flat.elf")));
}

}  // namespace
}  // namespace sriov::lab
