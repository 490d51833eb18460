// The steps that make an image.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "testbed/lab/hypervisor.h"
#include "testbed/testbed.h"

namespace sriov::lab {

/// What all steps of one build have in common.
struct ImageBuild {
  std::string scripts;  ///< configs/lab.
  std::string log;      ///< Appended to.
  Progress progress;
  std::function<bool()> should_stop;
};

/// That this host can build: root, programs (the error names all packages that are missing), disk space at `directory`.
[[nodiscard]] Result<void> check_build_host(const std::string& directory, HypervisorKind kind, bool with_root);
/// Puts fractions into the build's progress: how far root (when `with_root`) and hypervisor are.
[[nodiscard]] Result<void> estimate(ImageBuild& build, HypervisorKind kind, bool with_root);
/// All but the hypervisors, into `out`, which is there and empty.
[[nodiscard]] Result<void> build_root(const std::string& out, const std::string& key, const ImageBuild& build);
/// Adds a hypervisor to the image in `directory`. Its file is there when it is complete.
[[nodiscard]] Result<void> add_hypervisor(const std::string& directory, HypervisorKind kind, const ImageBuild& build);

}  // namespace sriov::lab
