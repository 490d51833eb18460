#include "testbed/lab/overlay.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include <fmt/format.h>

#include "host/data_files.h"
#include "host/file.h"
#include "testbed/lab/build_step.h"
#include "testbed/lab/fast_kernel.h"
#include "testbed/lab/places.h"

namespace sriov::lab {
namespace {

constexpr int kSpareMib = 64;

Result<std::uint32_t> file_size(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return fail_errno("cannot tell its size", errno, path);
  return static_cast<std::uint32_t>(info.st_size);
}

}  // namespace

Result<std::string> make_overlay(const Image& image, const std::string& directory,
                                 const std::function<bool()>& should_stop) {
  SRIOV_TRY(make_directories(directory));
  SRIOV_ASSIGN(const std::string scripts, script_directory());
  SRIOV_ASSIGN(const std::string agent, companion_program("sriov-bench-agent"));
  SRIOV_ASSIGN(const std::string xen_agent, companion_program("sriov-bench-agent-xen"));
  BuildStep step{"making the machine's second disk",
                 {"bash", scripts + "/make-overlay.sh"},
                 {{"LAB_SCRIPTS", scripts},
                  {"LAB_IMAGE", image.directory},
                  {"LAB_OUT", directory},
                  {"LAB_AGENT", agent},
                  {"LAB_AGENT_XEN", xen_agent}},
                 directory + "/overlay.log"};
  SRIOV_TRY(run_step(step, {}, should_stop));
  const std::string files = directory + "/overlay";
  SRIOV_ASSIGN(const std::uint32_t initrd_bytes, file_size(directory + "/guest.img"));
  SRIOV_TRY(write_stub(image.directory + "/vmlinuz", initrd_bytes, files + "/guest-kernel"));
  const std::string disk = directory + "/overlay.img";
  step.command = {
      "/bin/sh",
      "-c",
      "set -e; mv \"$1/guest.img\" \"$2/guest.img\"; cp --sparse=always \"$4/guest-flat\" \"$2/guest-flat\"; "
      "mke2fs -q -L lab-overlay -t ext4 -O ^has_journal -m 0 -d \"$2\" \"$3\" $(($(du -sm \"$2\" | cut -f1) + $5))M; "
      "rm -rf \"$2\"",
      "sh",
      directory,
      files,
      disk,
      image.directory,
      std::to_string(kSpareMib)};
  SRIOV_TRY(run_step(step, {}, should_stop));
  return disk;
}

}  // namespace sriov::lab
