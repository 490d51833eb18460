// How this program was linked.
#pragma once

namespace sriov {

/// True when this program has no dynamic loader and so cannot load libraries. Asks the program's own headers: AT_BASE
/// of the auxiliary vector is also 0 when the loader was started by name (`ld-linux-x86-64.so.2 PROGRAM`).
[[nodiscard]] bool is_statically_linked();

}  // namespace sriov
