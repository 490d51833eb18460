#include "host/virtual_functions.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "core/text.h"
#include "host/file.h"
#include "host/remote_files.h"

namespace sriov {
namespace {

constexpr std::string_view kPrefix = "virtfn";

std::optional<unsigned> index_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const auto index = to_int(name.substr(kPrefix.size()));
  if (!index || *index < 0 || *index > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<unsigned>(*index);
}

/// `names` are those in the folder, `link_name_of` reads a link of the same machine.
template <class LinkNameOf>
std::vector<VirtualFunction> walk(const std::string& device_folder, const std::vector<std::string>& names,
                                  const LinkNameOf& link_name_of) {
  std::vector<VirtualFunction> vfs;
  for (const std::string& name : names) {
    const auto index = index_of(name);
    if (!index) continue;
    const std::string folder = virtual_function_folder(device_folder, *index);
    vfs.push_back({*index, link_name_of(folder), link_name_of(folder + "/driver")});
  }
  std::ranges::sort(vfs, {}, &VirtualFunction::index);
  return vfs;
}

}  // namespace

std::vector<VirtualFunction> virtual_functions(const std::string& device_folder) {
  return walk(device_folder, list_directory(device_folder), [](const std::string& path) { return link_name(path); });
}

std::vector<VirtualFunction> virtual_functions(Shell& shell, const std::string& device_folder) {
  return walk(device_folder, list_directory(shell, device_folder),
              [&shell](const std::string& path) { return link_name(shell, path); });
}

std::string virtual_function_folder(const std::string& device_folder, unsigned index) {
  return device_folder + "/" + std::string(kPrefix) + std::to_string(index);
}

}  // namespace sriov
