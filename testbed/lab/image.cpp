#include "testbed/lab/image.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/fnv1a.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process.h"
#include "testbed/lab/build_step.h"
#include "testbed/lab/fast_kernel.h"
#include "testbed/lab/places.h"

namespace sriov::lab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecipe = "1";  // To be raised when what C++ does to an image changes.
constexpr std::uint64_t kNeededBytes = 3ULL << 30U;
constexpr std::int64_t kPollNs = 200 * kNsPerMs;
constexpr std::size_t kKeptLogs = 5;

constexpr std::array<const char*, 6> kScripts{"mirror.sh",  "build-root.sh", "build-hypervisor.sh",
                                              "early-init", "dom0-init",     "vif-lab"};

struct Tool {
  const char* program;
  const char* package;
  bool for_source;  ///< Only the hypervisor's build needs it.
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

std::string to_text(HypervisorKind kind) { return kind == HypervisorKind::source ? "source" : "package"; }

Result<void> check_tools(HypervisorKind kind) {
  for (const Tool& tool : kTools)
    if ((!tool.for_source || kind == HypervisorKind::source) && find_program(tool.program).empty())
      return fail_environment(fmt::format("the program '{}' is not there", tool.program), "building the lab's image",
                              fmt::format("apt-get install {}", tool.package));
  return {};
}

Result<void> check_space(const std::string& directory) {
  struct statvfs info {};
  if (::statvfs(directory.c_str(), &info) != 0) return fail_errno("cannot tell the free disk space", errno, directory);
  const std::uint64_t free_bytes = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  if (free_bytes >= kNeededBytes) return {};
  return fail_environment(
      fmt::format("only {} MiB are free and building the lab's image takes 3072", free_bytes >> 20U), directory,
      "make room, or set SRIOV_BENCH_CACHE to a directory on another disk");
}

Result<Fd> lock_builds(const std::string& directory, const Progress& progress,
                       const std::function<bool()>& should_stop) {
  const std::string path = directory + "/build.lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.is_open()) return fail_errno("cannot open the build lock", errno, path);
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_errno("cannot lock the image cache", errno, path);
    if (should_stop && should_stop()) return fail("interrupted", path, "", ErrorKind::interrupted);
    if (progress) progress({"waiting for another build of the lab's image", -1});
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
  return fd;
}

/// What killed builds left; only to be called under the lock.
void remove_stale(const std::string& directory) {
  std::error_code ignored;
  for (const std::string& name : list_directory(directory))
    if (name.ends_with(".partial")) fs::remove_all(directory + "/" + name, ignored);
}

/// The hypervisor that is asked for; the package's when the source does not build.
struct Hypervisor {
  std::string kind;
  std::string note;
};
Result<Hypervisor> build_hypervisor(HypervisorKind kind, BuildStep step, const std::string& out,
                                    const Progress& progress, const std::function<bool()>& should_stop) {
  if (kind == HypervisorKind::package) return Hypervisor{"package", ""};
  step.name = "building the hypervisor";
  step.command = {"bash", step.environment.at("LAB_SCRIPTS") + "/build-hypervisor.sh"};
  const auto built = run_step(step, progress, should_stop);
  if (built) return Hypervisor{"source", ""};
  if (built.error().kind == ErrorKind::interrupted) return tl::unexpected(built.error());
  std::error_code ignored;
  fs::remove_all(out + "/source", ignored);
  return Hypervisor{"package", "the hypervisor's source did not build, so the package's is used, with shadow paging: " +
                                   built.error().text()};
}

Result<void> write_manifest(const std::string& out, const std::string& key, const Hypervisor& hypervisor) {
  const std::string config = read_word(fmt::format("{}/xen-{}.config", out, hypervisor.kind));
  const bool shadow = config.find("CONFIG_SHADOW_PAGING=y") != std::string::npos;
  const bool patched = hypervisor.kind == "source" && exists(out + "/xen-source.patches");
  if (!shadow && !patched)
    return fail_environment("the hypervisor has neither shadow paging nor the CR0 patch, so no guest could boot", out);
  const nlohmann::ordered_json manifest{{"key", key},
                                        {"hypervisor", hypervisor.kind},
                                        {"hap", patched},
                                        {"shadow_paging", shadow},
                                        {"cr0_patch", patched},
                                        {"xen_version", read_word(out + "/xen-version")},
                                        {"note", hypervisor.note},
                                        {"built_utc", format_utc(unix_ns())}};
  return write_file(out + "/manifest.json", manifest.dump(2) + "\n", true);
}

Result<void> build(const std::string& out, const std::string& key, HypervisorKind kind, const std::string& log,
                   const Progress& progress, const std::function<bool()>& should_stop) {
  SRIOV_ASSIGN(const std::string scripts, script_directory());
  BuildStep step{"building the root file system",
                 {"bash", scripts + "/build-root.sh"},
                 {{"LAB_OUT", out},
                  {"LAB_SCRIPTS", scripts},
                  {"LAB_JOBS", std::to_string(std::max(1U, std::thread::hardware_concurrency()))}},
                 log};
  SRIOV_TRY(run_step(step, progress, should_stop));
  SRIOV_TRY(unpack_kernel(out + "/vmlinuz", out + "/guest-flat"));
  SRIOV_ASSIGN(const Hypervisor hypervisor, build_hypervisor(kind, step, out, progress, should_stop));
  std::error_code ignored;
  fs::remove_all(out + "/apt", ignored);
  return write_manifest(out, key, hypervisor);
}

Result<Image> read_image(const std::string& directory) {
  SRIOV_ASSIGN(const std::string text, read_file(directory + "/manifest.json"));
  const auto manifest = nlohmann::json::parse(text, nullptr, false);
  if (!manifest.is_object()) return fail("the manifest is not JSON", directory, "sriov-bench lab build --force");
  Image image;
  image.directory = directory;
  image.key = manifest.value("key", "");
  image.hypervisor_kind = manifest.value("hypervisor", "");
  image.hypervisor = fmt::format("{}/xen-{}.elf", directory, image.hypervisor_kind);
  image.hap = manifest.value("hap", false);
  image.xen_version = manifest.value("xen_version", "");
  image.note = manifest.value("note", "");
  if (!image.hap && !manifest.value("shadow_paging", false))
    return fail("its hypervisor has neither shadow paging nor the CR0 patch", directory,
                "sriov-bench lab build --force");
  for (const std::string& file : {image.hypervisor, directory + "/rootfs.img", directory + "/vmlinuz",
                                  directory + "/early.img", directory + "/guest-flat", directory + "/keys/id"})
    if (!exists(file)) return fail("a file of the image is missing", file, "sriov-bench lab build --force");
  return image;
}

}  // namespace

Result<std::string> image_key(const ImageOptions& options) {
  SRIOV_ASSIGN(const std::string scripts, script_directory());
  std::uint64_t key = fnv1a(kRecipe);
  key = fnv1a(to_text(options.hypervisor), key);
  for (const char* script : kScripts) {
    SRIOV_ASSIGN(const std::string text, read_file(fmt::format("{}/{}", scripts, script)));
    key = fnv1a(text, fnv1a(script, key));
  }
  return fmt::format("{:016x}", key);
}

Result<Image> find_image(const ImageOptions& options) {
  SRIOV_ASSIGN(const std::string key, image_key(options));
  const std::string directory = cache_directory() + "/" + key;
  if (!exists(directory + "/manifest.json"))
    return fail_environment("the lab's image is not built", directory, "sriov-bench lab build");
  return read_image(directory);
}

Result<Image> ensure_image(const ImageOptions& options, const Progress& progress,
                           const std::function<bool()>& should_stop) {
  if (!options.rebuild)
    if (auto found = find_image(options); found) return found;
  const std::string cache = cache_directory();
  SRIOV_TRY(make_directories(cache + "/logs"));
  SRIOV_ASSIGN(const Fd lock, lock_builds(cache, progress, should_stop));
  if (!options.rebuild)
    if (auto found = find_image(options); found) return found;  // Somebody else has built it meanwhile.
  if (::geteuid() != 0) return fail_environment("building the lab's image needs root", {}, "run it with sudo");
  SRIOV_TRY(check_tools(options.hypervisor));
  remove_stale(cache);
  SRIOV_TRY(check_space(cache));
  SRIOV_ASSIGN(const std::string key, image_key(options));
  const std::string partial = fmt::format("{}/{}.partial", cache, key);
  SRIOV_TRY(make_directories(partial));
  const std::string log = fmt::format("{}/logs/build-{}.log", cache, unix_ns() / kNsPerSecond);
  const auto built = build(partial, key, options.hypervisor, log, progress, should_stop);
  keep_newest(cache + "/logs", "build-", kKeptLogs);
  std::error_code error;
  if (!built) {
    fs::remove_all(partial, error);
    return tl::unexpected(built.error());
  }
  fs::remove_all(fmt::format("{}/{}", cache, key), error);
  fs::rename(partial, fmt::format("{}/{}", cache, key), error);
  if (error) return fail("cannot put the finished image in its place: " + error.message(), cache);
  return read_image(fmt::format("{}/{}", cache, key));
}

}  // namespace sriov::lab
