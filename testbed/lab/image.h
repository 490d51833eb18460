// The lab's images: root file system, kernel, hypervisors, keys; built once and kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "testbed/lab/hypervisor.h"
#include "testbed/testbed.h"

namespace sriov::lab {

struct ImageOptions {
  HypervisorKind hypervisor = HypervisorKind::package;
  bool rebuild = false;  ///< Even when there is one.
};

/// A complete image on disk, with the hypervisor that was asked for. File names are relative to `directory`:
/// rootfs.img, vmlinuz, early.img, guest-flat, guest/, keys/, manifest.json, xen-HYPERVISOR.elf.
struct Image {
  std::string directory;
  std::string key;  ///< Hash of everything that went in. Hypervisors share an image: they are not in it.
  HypervisorKind hypervisor = HypervisorKind::package;
  std::string xen_version;  ///< Of the distribution's package, and of the source.
};

/// "DIRECTORY/xen-package.elf": the multiboot file.
[[nodiscard]] std::string hypervisor_file(const std::string& image_directory, HypervisorKind kind);
/// The key of the image that this tool would build.
[[nodiscard]] Result<std::string> image_key();
/// The image in the cache; an error when there is none, or it has not this hypervisor, or is not complete.
[[nodiscard]] Result<Image> find_image(HypervisorKind hypervisor);
/// Those that find_image() would find.
[[nodiscard]] std::vector<HypervisorKind> built_hypervisors();
/// find_image(), building first what is not there: minutes, network, 3 GiB of disk for the time of the build. It is
/// built under a lock beside its place and renamed, so that a killed build leaves nothing that looks finished.
[[nodiscard]] Result<Image> ensure_image(const ImageOptions& options, const Progress& progress,
                                         const std::function<bool()>& should_stop);

}  // namespace sriov::lab
