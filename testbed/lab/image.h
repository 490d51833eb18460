// The lab's images: root file system, kernel, hypervisor, keys; built once and kept.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "testbed/testbed.h"

namespace sriov::lab {

/// Which hypervisor the image boots.
enum class HypervisorKind {
  source,   ///< Built from the distribution's source with performance counters and the CR0 patch: guests use hap=1.
  package,  ///< The distribution's binary: guests must use shadow paging (hap=0).
};

struct ImageOptions {
  HypervisorKind hypervisor = HypervisorKind::source;
  bool rebuild = false;  ///< Even when there is one.
};

/// A complete image on disk. File names are relative to `directory`: rootfs.img, vmlinuz, early.img, guest-flat,
/// guest/, keys/, manifest.json.
struct Image {
  std::string directory;
  std::string key;              ///< Hash of everything that went in.
  std::string hypervisor;       ///< Path of the multiboot file.
  bool hap = true;              ///< What guests must ask for.
  std::string hypervisor_kind;  ///< "source" or "package".
  std::string xen_version;      ///< Of the distribution's package.
  std::string note;             ///< Why it is not what was asked for, or "".
};

/// The key of the image that this tool would build.
[[nodiscard]] Result<std::string> image_key(const ImageOptions& options);
/// The image in the cache; an error when there is none or it is not complete.
[[nodiscard]] Result<Image> find_image(const ImageOptions& options);
/// find_image(), building it first when it is not there: minutes, network, 3 GiB of disk for the time of the build.
/// Built in a temporary sibling under a lock and renamed, so that a killed build leaves nothing that looks finished.
[[nodiscard]] Result<Image> ensure_image(const ImageOptions& options, const Progress& progress,
                                         const std::function<bool()>& should_stop);

}  // namespace sriov::lab
