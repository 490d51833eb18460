#include "host/kernel_file.h"

namespace sriov {

Command kernel_file_command(const std::string& path, const std::string& value) {
  return {"sh", "-c", "[ ! -e \"$1\" ] || printf %s \"$2\" > \"$1\"", "sh", path, value};
}

}  // namespace sriov
