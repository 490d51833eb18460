#include "testbed/lab/image_build.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process.h"
#include "testbed/lab/build_stages.h"
#include "testbed/lab/build_step.h"
#include "testbed/lab/fast_kernel.h"
#include "testbed/lab/image.h"

namespace sriov::lab {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRootBytes = 3ULL << 30U;
constexpr std::uint64_t kSourceBytes = 1ULL << 30U;
constexpr const char* kRootScript = "build-root.sh";
constexpr const char* kSourceScript = "build-hypervisor.sh";
constexpr const char* kUnpacking = "image: guests' kernel";
constexpr const char* kPackaged = "xen-distribution";  // .elf and .config: as the package has them.

struct Tool {
  const char* program;
  const char* package;
  bool for_source;  ///< Only the build of the hypervisor's source needs it.
};
constexpr std::array<Tool, 15> kTools{{{"mmdebstrap", "mmdebstrap", false},
                                       {"apt-get", "apt", false},
                                       {"mke2fs", "e2fsprogs", false},
                                       {"cpio", "cpio", false},
                                       {"xz", "xz-utils", false},
                                       {"zcat", "gzip", false},
                                       {"chroot", "coreutils", false},
                                       {"ssh-keygen", "openssh-client", false},
                                       {"unshare", "util-linux", false},
                                       {"gcc", "gcc", true},
                                       {"make", "make", true},
                                       {"bison", "bison", true},
                                       {"flex", "flex", true},
                                       {"python3", "python3", true},
                                       {"dpkg-source", "dpkg-dev", true}}};

Result<void> check_tools(HypervisorKind kind) {
  std::set<std::string> programs;
  std::set<std::string> packages;
  for (const Tool& tool : kTools) {
    if (tool.for_source && kind != HypervisorKind::source) continue;
    if (!find_program(tool.program).empty()) continue;
    programs.insert(tool.program);
    packages.insert(tool.package);
  }
  if (programs.empty()) return {};
  return fail_environment(fmt::format("not installed: {}", fmt::join(programs, ", ")), "building the lab's image",
                          fmt::format("apt-get install {}", fmt::join(packages, " ")));
}

Result<void> check_space(const std::string& directory, std::uint64_t needed_bytes) {
  struct statvfs info {};
  if (::statvfs(directory.c_str(), &info) != 0) return fail_errno("cannot tell the free disk space", errno, directory);
  const std::uint64_t free_bytes = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  if (free_bytes >= needed_bytes) return {};
  return fail_environment(
      fmt::format("only {} MiB are free and building the lab's image takes {}", free_bytes >> 20U, needed_bytes >> 20U),
      directory, "make room, or set SRIOV_BENCH_CACHE to a directory on another disk");
}

/// A step that runs one of the scripts with its results in `out`.
BuildStep script_step(const std::string& name, const char* script, const std::string& out, const ImageBuild& build) {
  return {name,
          {"bash", fmt::format("{}/{}", build.scripts, script)},
          {{"LAB_OUT", out},
           {"LAB_SCRIPTS", build.scripts},
           {"LAB_JOBS", std::to_string(std::max(1U, std::thread::hardware_concurrency()))}},
          build.log};
}

/// Builds the hypervisor beside the image and moves it into it.
Result<void> build_source(const std::string& directory, const ImageBuild& build) {
  const std::string out = directory + "-source.partial";
  SRIOV_TRY(make_directories(out));
  BuildStep step = script_step("building the hypervisor", kSourceScript, out, build);
  step.environment["LAB_IMAGE"] = directory;
  auto built = run_step(step, build.progress, build.should_stop);
  std::error_code error;
  if (built) {
    fs::rename(out + "/xen.elf", hypervisor_file(directory, HypervisorKind::source), error);
    if (error) built = fail("cannot put the finished hypervisor in its place: " + error.message(), directory);
  }
  std::error_code ignored;
  fs::remove_all(out, ignored);
  return built;
}

/// The packaged hypervisor unchanged, if guests could boot on it.
Result<std::string> shadow_paging_hypervisor(const std::string& packaged) {
  if (read_word(packaged + ".config").find("CONFIG_SHADOW_PAGING=y") == std::string::npos)
    return fail_environment("the packaged Xen was built without shadow paging", packaged + ".elf",
                            "use another one: sriov-bench lab up --hypervisor package, or source");
  return read_file(packaged + ".elf");
}

}  // namespace

Result<void> check_build_host(const std::string& directory, HypervisorKind kind, bool with_root) {
  if (::geteuid() != 0) return fail_environment("building the lab's image needs root", {}, "run it with sudo");
  SRIOV_TRY(check_tools(kind));
  const std::uint64_t needed_bytes = (with_root ? kRootBytes : 0) + (kind == HypervisorKind::source ? kSourceBytes : 0);
  return check_space(fs::path(directory).parent_path(), needed_bytes);
}

Result<void> estimate(ImageBuild& build, HypervisorKind kind, bool with_root) {
  if (!build.progress) return {};
  std::vector<ExpectedStage> all;
  const auto add = [&](const char* script) -> Result<void> {
    SRIOV_ASSIGN(const std::string text, read_file(fmt::format("{}/{}", build.scripts, script)));
    std::ranges::copy(expected_stages(text), std::back_inserter(all));
    return {};
  };
  if (with_root) {
    SRIOV_TRY(add(kRootScript));
    all.push_back({kUnpacking, 1});
  }
  if (kind == HypervisorKind::source) SRIOV_TRY(add(kSourceScript));
  const auto stages = std::make_shared<BuildStages>(std::move(all));
  build.progress = [stages, inner = build.progress](const Stage& stage) {
    inner(stages->at(stage.name, monotonic_ns()));
  };
  return {};
}

Result<void> build_root(const std::string& out, const std::string& key, const ImageBuild& build) {
  const BuildStep step = script_step("building the root file system", kRootScript, out, build);
  SRIOV_TRY(run_step(step, build.progress, build.should_stop));
  if (build.progress) build.progress({kUnpacking, -1});
  SRIOV_TRY(unpack_kernel(out + "/vmlinuz", out + "/guest-flat"));
  const nlohmann::ordered_json manifest{
      {"key", key}, {"xen_version", read_word(out + "/xen-version")}, {"built_utc", format_utc(unix_ns())}};
  return write_file(out + "/manifest.json", manifest.dump(2) + "\n", true);
}

Result<void> add_hypervisor(const std::string& directory, HypervisorKind kind, const ImageBuild& build) {
  if (kind == HypervisorKind::source) return build_source(directory, build);
  const std::string packaged = fmt::format("{}/{}", directory, kPackaged);
  std::string elf;
  if (kind == HypervisorKind::shadow) {
    SRIOV_ASSIGN(elf, shadow_paging_hypervisor(packaged));
  } else {
    SRIOV_ASSIGN(std::string unchanged, read_file(packaged + ".elf"));
    SRIOV_ASSIGN(elf, allow_cr0_reads(std::move(unchanged), packaged + ".elf"));
  }
  return write_file(hypervisor_file(directory, kind), elf, true);
}

}  // namespace sriov::lab
