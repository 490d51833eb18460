#include "host/linkage.h"

#include <link.h>

#include <cstddef>

namespace sriov {

bool is_statically_linked() {
  bool has_loader = false;
  // The first object is the program itself; 1 ends the walk.
  ::dl_iterate_phdr(
      [](dl_phdr_info* program, std::size_t, void* out) {
        for (int i = 0; i < program->dlpi_phnum; ++i)
          if (program->dlpi_phdr[i].p_type == PT_INTERP) *static_cast<bool*>(out) = true;
        return 1;
      },
      &has_loader);
  return !has_loader;
}

}  // namespace sriov
