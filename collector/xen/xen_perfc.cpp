#include "collector/xen/xen_perfc.h"

#include <dlfcn.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "collector/xen/xen_library.h"
#include "host/linkage.h"

namespace sriov {
namespace {

/// xc_hypercall_buffer of xenctrl.h: memory that the hypervisor may write to.
struct HypercallBuffer {
  void* memory = nullptr;
  HypercallBuffer* of_caller = nullptr;
  int direction = 0;
  void* bounced = reinterpret_cast<void*>(-1);  // As xenctrl.h has it. NOLINT(performance-no-int-to-ptr)
  std::size_t size = 0;
};

struct Functions {
  void* (*interface_open)(void* logger, void* build_logger, unsigned flags) = nullptr;
  int (*interface_close)(void* interface) = nullptr;
  void* (*buffer_alloc)(void* interface, HypercallBuffer* buffer, std::size_t size) = nullptr;
  void (*buffer_free)(void* interface, HypercallBuffer* buffer) = nullptr;
  int (*query_number)(void* interface, int* descriptions, int* values) = nullptr;
  int (*query)(void* interface, HypercallBuffer* descriptions, HypercallBuffer* values) = nullptr;
};

template <class Function>
bool resolve(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, symbol));
  return function != nullptr;
}

bool resolve_all(void* library, Functions& out) {
  return resolve(library, "xc_interface_open", out.interface_open) &&
         resolve(library, "xc_interface_close", out.interface_close) &&
         resolve(library, "xc__hypercall_buffer_alloc", out.buffer_alloc) &&
         resolve(library, "xc__hypercall_buffer_free", out.buffer_free) &&
         resolve(library, "xc_perfc_query_number", out.query_number) && resolve(library, "xc_perfc_query", out.query);
}

}  // namespace

struct XenPerfc::State {
  Functions functions;
  void* interface = nullptr;
  HypercallBuffer descriptions;
  HypercallBuffer values;
  std::size_t description_count = 0;  ///< That the buffers were made for.
  std::size_t value_room = 0;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    release();
    if (interface != nullptr) functions.interface_close(interface);
  }

  void release() {
    if (descriptions.memory != nullptr) functions.buffer_free(interface, &descriptions);
    if (values.memory != nullptr) functions.buffer_free(interface, &values);
    descriptions = {};
    values = {};
    description_count = value_room = 0;
  }

  bool make_room(std::size_t description_number, std::size_t value_number) {
    if (description_number == description_count && value_number <= value_room) return true;
    release();
    // Xen writes as many values as there are, not as there is room: a CPU may come between the two questions.
    const std::size_t room = 2 * value_number;
    const bool made =
        functions.buffer_alloc(interface, &descriptions, description_number * sizeof(PerfDescription)) != nullptr &&
        functions.buffer_alloc(interface, &values, room * sizeof(std::uint32_t)) != nullptr;
    value_room = made ? room : 0;
    description_count = made ? description_number : 0;
    return made;
  }
};

Result<XenPerfc> XenPerfc::open(const Host& host) {
  SRIOV_TRY(check_dom0(host));
  if (!host.is_live()) return fail_environment("Xen's libraries answer for the running machine, not a captured tree");
  if (is_statically_linked())
    return fail_environment("this is the statically linked agent; use sriov-bench-agent-xen in dom0");
  auto state = std::make_unique<State>();
  void* library = nullptr;
  for (const std::string& path : XenLibrary::candidates("libxenctrl", running_xen_version(host))) {
    library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr && resolve_all(library, state->functions)) break;
    library = nullptr;
  }
  if (library == nullptr)
    return fail_environment("libxenctrl is not installed", {}, "install Xen's libraries (Debian: libxenmisc)");
  state->interface = state->functions.interface_open(nullptr, nullptr, 0);
  if (state->interface == nullptr)
    return fail_environment("libxenctrl cannot open the hypervisor's interface", {}, "run as root");
  int descriptions = 0;
  int values = 0;
  if (state->functions.query_number(state->interface, &descriptions, &values) != 0) {
    if (errno == ENOSYS)
      return fail_environment(
          "this hypervisor was built without performance counters", {},
          "build Xen with CONFIG_PERF_COUNTERS=y; in the lab: sriov-bench lab up --hypervisor source");
    return fail_errno("the hypervisor does not tell its performance counters", errno);
  }
  XenPerfc perfc(std::move(state));
  SRIOV_TRY(perfc.read());
  return perfc;
}

XenPerfc::XenPerfc(std::unique_ptr<State> state) : state_(std::move(state)) {}
XenPerfc::XenPerfc(XenPerfc&&) noexcept = default;
XenPerfc& XenPerfc::operator=(XenPerfc&&) noexcept = default;
XenPerfc::~XenPerfc() = default;

Result<XenPerfc::Reading> XenPerfc::read() {
  State& state = *state_;
  int descriptions = 0;
  int values = 0;
  if (state.functions.query_number(state.interface, &descriptions, &values) != 0)
    return fail_errno("the hypervisor does not tell its performance counters", errno);
  if (descriptions <= 0 || values <= 0) return fail("the hypervisor has no performance counters");
  if (!state.make_room(static_cast<std::size_t>(descriptions), static_cast<std::size_t>(values)))
    return fail("there is no memory for Xen's performance counters");
  if (state.functions.query(state.interface, &state.descriptions, &state.values) != 0)
    return fail_errno("the hypervisor does not tell its performance counters", errno);
  return Reading{{static_cast<const PerfDescription*>(state.descriptions.memory), state.description_count},
                 {static_cast<const std::uint32_t*>(state.values.memory), state.value_room}};
}

}  // namespace sriov
