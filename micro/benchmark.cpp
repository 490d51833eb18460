#include "micro/benchmark.h"

#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {

Result<std::unique_ptr<MicroBenchmark>> make_micro(const std::string& name) {
  if (auto made = MicroRegistry::instance().make(name)) return made;
  const auto names = MicroRegistry::instance().names();
  const std::string near = nearest(name, names);
  return fail_usage(fmt::format("there is no micro-benchmark '{}'", name), {},
                    near.empty() ? "they are: " + join(names, ", ") : fmt::format("did you mean '{}'?", near));
}

Result<void> check_device_node(const std::string& path, const std::string& hint) {
  if (::access(path.c_str(), R_OK | W_OK) == 0) return {};
  if (errno == ENOENT) return fail_environment("there is no " + path, {}, hint);
  return fail_errno("cannot use " + path, errno);
}

}  // namespace sriov
