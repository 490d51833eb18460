#include "host/virtual_functions.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string_view>

#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kPrefix = "virtfn";

}  // namespace

std::vector<VirtualFunction> virtual_functions(const std::string& device_folder) {
  std::vector<VirtualFunction> vfs;
  for (const std::string& name : list_directory(device_folder)) {
    if (!name.starts_with(kPrefix)) continue;
    const auto index = to_int(std::string_view(name).substr(kPrefix.size()));
    if (!index || *index < 0 || *index > std::numeric_limits<std::uint16_t>::max()) continue;
    const std::filesystem::path target = read_link(device_folder + "/" + name);
    vfs.push_back({static_cast<unsigned>(*index), target.filename().string()});
  }
  std::ranges::sort(vfs, {}, &VirtualFunction::index);
  return vfs;
}

std::string virtual_function_folder(const std::string& device_folder, unsigned index) {
  return device_folder + "/" + std::string(kPrefix) + std::to_string(index);
}

}  // namespace sriov
