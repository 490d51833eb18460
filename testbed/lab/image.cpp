#include "testbed/lab/image.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/fnv1a.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "testbed/lab/image_build.h"
#include "testbed/lab/places.h"

namespace sriov::lab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecipe = "2";  // To be raised when what C++ does to an image changes.
constexpr std::int64_t kPollNs = 200 * kNsPerMs;
constexpr std::size_t kKeptLogs = 5;
constexpr const char* kForce = "sriov-bench lab build --force";

constexpr std::array<const char*, 6> kScripts{"mirror.sh",  "build-root.sh", "build-hypervisor.sh",
                                              "early-init", "dom0-init",     "vif-lab"};

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

/// The image in `directory`, whichever hypervisors it has.
Result<Image> read_image(const std::string& directory) {
  if (!exists(directory + "/manifest.json"))
    return fail_environment("the lab's image is not built", directory, "sriov-bench lab build");
  SRIOV_ASSIGN(const std::string text, read_file(directory + "/manifest.json"));
  const auto manifest = nlohmann::json::parse(text, nullptr, false);
  if (!manifest.is_object()) return fail("the manifest is not JSON", directory, kForce);
  const auto word = [&manifest](const char* name) {
    const auto found = manifest.find(name);
    return found != manifest.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Image image;
  image.directory = directory;
  image.key = word("key");
  image.xen_version = word("xen_version");
  for (const char* file : {"rootfs.img", "vmlinuz", "early.img", "guest-flat", "keys/id"})
    if (!exists(fmt::format("{}/{}", directory, file)))
      return fail("a file of the image is missing", fmt::format("{}/{}", directory, file), kForce);
  return image;
}

/// Builds in a directory beside `directory` and puts it there.
Result<void> build_image(const std::string& directory, const std::string& key, const ImageBuild& build) {
  const std::string partial = directory + ".partial";
  SRIOV_TRY(make_directories(partial));
  auto built = build_root(partial, key, build);
  std::error_code error;
  if (built) {
    fs::remove_all(directory, error);
    fs::rename(partial, directory, error);
    if (error) built = fail("cannot put the finished image in its place: " + error.message(), directory);
  }
  std::error_code ignored;
  fs::remove_all(partial, ignored);
  return built;
}

Result<void> build_missing(const std::string& directory, const std::string& key, const ImageOptions& options,
                           const Progress& progress, const std::function<bool()>& should_stop) {
  const bool with_root = options.rebuild || !read_image(directory);
  SRIOV_TRY(check_build_host(directory, options.hypervisor, with_root));
  SRIOV_ASSIGN(const std::string scripts, script_directory());
  const std::string logs = cache_directory() + "/logs";
  ImageBuild build{scripts, fmt::format("{}/build-{}.log", logs, unix_ns() / kNsPerSecond), progress, should_stop};
  SRIOV_TRY(estimate(build, options.hypervisor, with_root));
  Result<void> built;
  if (with_root) built = build_image(directory, key, build);
  if (built) built = add_hypervisor(directory, options.hypervisor, build);
  keep_newest(logs, "build-", kKeptLogs);
  return built;
}

}  // namespace

std::string hypervisor_file(const std::string& image_directory, HypervisorKind kind) {
  return fmt::format("{}/xen-{}.elf", image_directory, to_text(kind));
}

Result<std::string> image_key() {
  SRIOV_ASSIGN(const std::string scripts, script_directory());
  std::uint64_t key = fnv1a(kRecipe);
  for (const char* script : kScripts) {
    SRIOV_ASSIGN(const std::string text, read_file(fmt::format("{}/{}", scripts, script)));
    key = fnv1a(text, fnv1a(script, key));
  }
  return fmt::format("{:016x}", key);
}

Result<Image> find_image(HypervisorKind hypervisor) {
  SRIOV_ASSIGN(const std::string key, image_key());
  SRIOV_ASSIGN(Image image, read_image(cache_directory() + "/" + key));
  image.hypervisor = hypervisor;
  const std::string file = hypervisor_file(image.directory, hypervisor);
  if (exists(file)) return image;
  return fail_environment("the lab's hypervisor is not built", file,
                          "sriov-bench lab build --hypervisor " + to_text(hypervisor));
}

std::vector<HypervisorKind> built_hypervisors() {
  std::vector<HypervisorKind> out;
  for (const HypervisorKind kind : kHypervisors)
    if (find_image(kind)) out.push_back(kind);
  return out;
}

Result<Image> ensure_image(const ImageOptions& options, const Progress& progress,
                           const std::function<bool()>& should_stop) {
  if (!options.rebuild)
    if (auto found = find_image(options.hypervisor); found) return found;
  const std::string cache = cache_directory();
  SRIOV_TRY(make_directories(cache + "/logs"));
  SRIOV_ASSIGN(const Fd lock, lock_builds(cache, progress, should_stop));
  if (!options.rebuild)
    if (auto found = find_image(options.hypervisor); found) return found;  // Somebody else has built it meanwhile.
  remove_stale(cache);
  SRIOV_ASSIGN(const std::string key, image_key());
  SRIOV_TRY(build_missing(cache + "/" + key, key, options, progress, should_stop));
  return find_image(options.hypervisor);
}

}  // namespace sriov::lab
