#include "collector/xen/xen_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>

#include "core/sample_block.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/linkage.h"

namespace sriov {
namespace {

constexpr unsigned kVcpuFlag = 0x1;  // XENSTAT_VCPU. XENSTAT_NETWORK compiles a regular expression a line of net/dev.
constexpr std::size_t kFirstPhysicalCpus = 64;
constexpr std::size_t kMostPhysicalCpus = 4096;
constexpr unsigned kMostVcpus = 4096;
constexpr std::int64_t kListingIntervalNs = 2 * kNsPerSecond;

/// libxenstat's functions (xenstat.h); its handles are opaque.
struct StatFunctions {
  void* (*init)() = nullptr;
  void (*uninit)(void* handle) = nullptr;
  void* (*get_node)(void* handle, unsigned flags) = nullptr;
  void (*free_node)(void* node) = nullptr;
  unsigned (*num_domains)(void* node) = nullptr;
  void* (*domain_by_index)(void* node, unsigned index) = nullptr;
  unsigned (*domain_id)(void* domain) = nullptr;
  char* (*domain_name)(void* domain) = nullptr;
  unsigned long long (*domain_cpu_ns)(void* domain) = nullptr;
  // Without these, what they tell is absent.
  unsigned long long (*domain_cur_mem)(void* domain) = nullptr;
  unsigned (*domain_num_vcpus)(void* domain) = nullptr;
  void* (*domain_vcpu)(void* domain, unsigned vcpu) = nullptr;
  unsigned (*vcpu_online)(void* vcpu) = nullptr;
  unsigned long long (*vcpu_ns)(void* vcpu) = nullptr;
};

/// xc_cpuinfo_t of xenctrl.h: XEN_SYSCTL_getcpuinfo has had this one field since Xen 3.
struct CpuInfo {
  std::uint64_t idle_ns;
};

/// xc_vcpuinfo_t of xenctrl.h: struct xen_domctl_getvcpuinfo, the same since Xen 3.
struct VcpuInfo {
  std::uint32_t vcpu;
  std::uint8_t online;
  std::uint8_t blocked;
  std::uint8_t running;
  alignas(8) std::uint64_t cpu_ns;
  std::uint32_t pcpu;
};
static_assert(sizeof(VcpuInfo) == 24);

/// libxenctrl's functions (xenctrl.h).
struct ControlFunctions {
  void* (*interface_open)(void* logger, void* build_logger, unsigned flags) = nullptr;
  int (*interface_close)(void* interface) = nullptr;
  int (*getcpuinfo)(void* interface, int most_cpus, CpuInfo* info, int* cpus) = nullptr;
  int (*vcpu_getinfo)(void* interface, std::uint32_t domid, std::uint32_t vcpu, VcpuInfo* info) = nullptr;
};

template <class Function>
bool resolve(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, symbol));
  return function != nullptr;
}

/// The name of the first function that is needed and missing, or "".
std::string resolve_stat(void* library, StatFunctions& out) {
  const bool complete = resolve(library, "xenstat_domain_cur_mem", out.domain_cur_mem) &&
                        resolve(library, "xenstat_domain_num_vcpus", out.domain_num_vcpus) &&
                        resolve(library, "xenstat_domain_vcpu", out.domain_vcpu) &&
                        resolve(library, "xenstat_vcpu_online", out.vcpu_online) &&
                        resolve(library, "xenstat_vcpu_ns", out.vcpu_ns);
  static_cast<void>(complete);  // Each is checked where it is used.
  if (!resolve(library, "xenstat_init", out.init)) return "xenstat_init";
  if (!resolve(library, "xenstat_uninit", out.uninit)) return "xenstat_uninit";
  if (!resolve(library, "xenstat_get_node", out.get_node)) return "xenstat_get_node";
  if (!resolve(library, "xenstat_free_node", out.free_node)) return "xenstat_free_node";
  if (!resolve(library, "xenstat_node_num_domains", out.num_domains)) return "xenstat_node_num_domains";
  if (!resolve(library, "xenstat_node_domain_by_index", out.domain_by_index)) return "xenstat_node_domain_by_index";
  if (!resolve(library, "xenstat_domain_id", out.domain_id)) return "xenstat_domain_id";
  if (!resolve(library, "xenstat_domain_name", out.domain_name)) return "xenstat_domain_name";
  if (!resolve(library, "xenstat_domain_cpu_ns", out.domain_cpu_ns)) return "xenstat_domain_cpu_ns";
  return {};
}

bool resolve_control(void* library, ControlFunctions& out) {
  return resolve(library, "xc_interface_open", out.interface_open) &&
         resolve(library, "xc_interface_close", out.interface_close) &&
         resolve(library, "xc_getcpuinfo", out.getcpuinfo) && resolve(library, "xc_vcpu_getinfo", out.vcpu_getinfo);
}

/// Libraries stay loaded to the end of the process: they start threads and atexit handlers of their own.
void* load(const std::string& path) { return ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL); }

VcpuState state_of(const VcpuInfo& info) {
  if (info.online == 0) return VcpuState::offline;
  if (info.running != 0) return VcpuState::running;
  return info.blocked != 0 ? VcpuState::blocked : VcpuState::runnable;
}

void read_domain(const StatFunctions& library, void* domain, XenDomain& out) {
  out.domid = library.domain_id(domain);
  const char* name = library.domain_name(domain);
  out.name = name == nullptr ? "" : name;
  out.cpu_ns = static_cast<std::int64_t>(library.domain_cpu_ns(domain));
  const bool has_memory = library.domain_cur_mem != nullptr;
  out.memory_bytes = has_memory ? static_cast<std::int64_t>(library.domain_cur_mem(domain)) : kAbsent;
  out.online_vcpus = kAbsent;
  out.vcpu_ns.clear();
  out.vcpu_states.clear();
  out.vcpu_pcpus.clear();
  if (library.domain_num_vcpus == nullptr || library.domain_vcpu == nullptr) return;
  const unsigned vcpus = std::min(library.domain_num_vcpus(domain), kMostVcpus);
  if (library.vcpu_online != nullptr) out.online_vcpus = 0;
  for (unsigned i = 0; i < vcpus; ++i) {
    void* vcpu = library.domain_vcpu(domain, i);
    if (vcpu == nullptr) break;
    if (library.vcpu_online != nullptr && library.vcpu_online(vcpu) != 0) ++out.online_vcpus;
    if (library.vcpu_ns == nullptr) continue;
    out.vcpu_ns.push_back(static_cast<std::int64_t>(library.vcpu_ns(vcpu)));
    out.vcpu_states.push_back(VcpuState::unknown);
    out.vcpu_pcpus.push_back(kAbsent);
  }
}

}  // namespace

struct XenLibrary::State {
  StatFunctions stat;
  ControlFunctions control;
  void* handle = nullptr;
  void* interface = nullptr;
  std::vector<XenDomain> domains;
  std::size_t domain_count = 0;
  std::int64_t listed_ns = 0;  ///< When the domains were last listed; 0: never.
  std::vector<CpuInfo> cpu_info = std::vector<CpuInfo>(kFirstPhysicalCpus);
  std::vector<std::int64_t> idle_ns;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (handle != nullptr) stat.uninit(handle);
    if (interface != nullptr) control.interface_close(interface);
  }

  Result<void> open_stat(const std::string& path);
  void open_control(const std::vector<std::string>& paths);
  bool read_domains();
  bool read_times();
};

/// An `environment` error when the library is not there, a `failed` one when it is and does not work.
Result<void> XenLibrary::State::open_stat(const std::string& path) {
  void* library = load(path);
  if (library == nullptr) return fail_environment("cannot load " + path);
  if (const std::string missing = resolve_stat(library, stat); !missing.empty())
    return fail(path + " has no function " + missing);
  handle = stat.init();
  if (handle == nullptr) return fail(path + " cannot open the hypervisor's interface");
  if (read_domains()) return {};
  stat.uninit(std::exchange(handle, nullptr));
  return fail("the hypervisor does not answer " + path);
}

void XenLibrary::State::open_control(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    void* library = load(path);
    if (library == nullptr || !resolve_control(library, control)) continue;
    interface = control.interface_open(nullptr, nullptr, 0);
    int cpus = 0;
    if (interface == nullptr) continue;
    if (control.getcpuinfo(interface, 1, cpu_info.data(), &cpus) == 0) return;
    control.interface_close(std::exchange(interface, nullptr));
  }
}

bool XenLibrary::State::read_domains() {
  domain_count = 0;
  void* node = stat.get_node(handle, kVcpuFlag);
  if (node == nullptr) return false;
  const unsigned count = stat.num_domains(node);
  for (unsigned i = 0; i < count; ++i) {
    void* domain = stat.domain_by_index(node, i);
    if (domain == nullptr) continue;
    if (domain_count == domains.size()) domains.emplace_back();
    read_domain(stat, domain, domains[domain_count++]);
  }
  stat.free_node(node);
  listed_ns = monotonic_ns();
  return true;
}

/// Renews the CPU times and states of the domains listed last, one hypercall a vCPU. Listing them through libxenstat
/// reads every name from xenstore and frees and allocates its tables: in an emulated dom0 that alone was a tenth of a
/// CPU at 10 Hz.
bool XenLibrary::State::read_times() {
  if (interface == nullptr || listed_ns == 0) return false;
  for (std::size_t i = 0; i < domain_count; ++i) {
    XenDomain& domain = domains[i];
    if (domain.vcpu_ns.empty()) return false;
    std::int64_t sum = 0;
    for (std::size_t vcpu = 0; vcpu < domain.vcpu_ns.size(); ++vcpu) {
      VcpuInfo info{};
      if (control.vcpu_getinfo(interface, domain.domid, static_cast<std::uint32_t>(vcpu), &info) != 0)
        return false;  // The domain has gone.
      domain.vcpu_ns[vcpu] = static_cast<std::int64_t>(info.cpu_ns);
      domain.vcpu_states[vcpu] = state_of(info);
      domain.vcpu_pcpus[vcpu] = info.pcpu;
      sum += domain.vcpu_ns[vcpu];
    }
    domain.cpu_ns = sum;
  }
  return true;
}

std::string running_xen_version(const Host& host) {
  const std::string folder = host.sys + "/hypervisor/version/";
  const std::string major = read_word(folder + "major");
  const std::string minor = read_word(folder + "minor");
  return major.empty() || minor.empty() ? std::string() : major + "." + minor;
}

Result<void> check_dom0(const Host& host) {
  const std::string type = read_word(host.sys + "/hypervisor/type");
  if (type != "xen" && !exists(host.proc + "/xen"))
    return fail_environment("this machine does not run on Xen", {}, "start the agent in dom0 of a Xen host");
  const auto capabilities = read_file(host.proc + "/xen/capabilities");
  if (capabilities && capabilities->find("control_d") != std::string::npos) return {};
  constexpr std::string_view kDom0Uuid = "00000000-0000-0000-0000-000000000000";
  if (!capabilities && read_word(host.sys + "/hypervisor/uuid") == kDom0Uuid) return {};
  return fail_environment("this is a guest of Xen, not dom0", {},
                          "start the agent in dom0; if this is dom0: mount -t xenfs none /proc/xen");
}

std::vector<std::string> XenLibrary::candidates(const std::string& library, const std::string& version) {
  const std::string stem = library + ".so.";
  std::vector<std::string> out;
  const auto add = [&out](std::string path) {
    if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(std::move(path));
  };
  if (!version.empty()) add(stem + version);
  for (const char* release : {"4.20", "4.19", "4.18", "4.17"}) add(stem + release);
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib", "/lib64"})
    for (const std::string& name : list_directory(folder))
      if (name.starts_with(stem)) add(std::string(folder) + "/" + name);
  return out;
}

Result<void> XenLibrary::check_functions(const std::string& path) {
  void* library = load(path);
  if (library == nullptr) return fail_environment("cannot load " + path);
  StatFunctions functions;
  const std::string missing = resolve_stat(library, functions);
  if (!missing.empty()) return fail(path + " has no function " + missing);
  return {};
}

Result<XenLibrary> XenLibrary::open(const Host& host) {
  SRIOV_TRY(check_dom0(host));
  if (!host.is_live()) return fail_environment("Xen's libraries answer for the running machine, not a captured tree");
  if (is_statically_linked())
    return fail_environment("this is the statically linked agent; use sriov-bench-agent-xen in dom0");
  const std::string version = running_xen_version(host);
  Error why{"libxenstat is not installed",
            {},
            "install Xen's libraries of version " + version + " (Debian: libxenmisc" + version + ")",
            ErrorKind::environment};
  for (const std::string& path : candidates("libxenstat", version)) {
    auto state = std::make_unique<State>();
    const auto opened = state->open_stat(path);
    if (opened) {
      state->open_control(candidates("libxenctrl", version));
      return XenLibrary(std::move(state));
    }
    // What was found and refused tells more than what was not found; the best candidate's refusal tells most.
    const bool first_refusal = why.hint.starts_with("install") && opened.error().kind == ErrorKind::failed;
    if (first_refusal)
      why = {opened.error().what,
             {},
             "run as root, with the libraries of the running Xen and /dev/xen/privcmd",
             ErrorKind::environment};
  }
  return tl::unexpected(why);
}

Result<XenLibrary> XenLibrary::open_files(const std::string& libxenstat, const std::string& libxenctrl) {
  auto state = std::make_unique<State>();
  SRIOV_TRY(state->open_stat(libxenstat));
  state->open_control({libxenctrl});
  return XenLibrary(std::move(state));
}

XenLibrary::XenLibrary(std::unique_ptr<State> state) : state_(std::move(state)) {}
XenLibrary::XenLibrary(XenLibrary&&) noexcept = default;
XenLibrary& XenLibrary::operator=(XenLibrary&&) noexcept = default;
XenLibrary::~XenLibrary() = default;

Result<std::span<const XenDomain>> XenLibrary::domains() {
  const bool is_fresh = monotonic_ns() - state_->listed_ns < kListingIntervalNs;
  if (!(is_fresh && state_->read_times())) {
    if (!state_->read_domains()) return fail("the hypervisor did not list its domains");
    (void)state_->read_times();  // The list does not tell states.
  }
  return std::span<const XenDomain>(state_->domains).first(state_->domain_count);
}

std::span<const std::int64_t> XenLibrary::idle_ns() {
  State& state = *state_;
  if (state.interface == nullptr) return {};
  int cpus = 0;
  while (true) {
    const auto room = static_cast<int>(state.cpu_info.size());
    if (state.control.getcpuinfo(state.interface, room, state.cpu_info.data(), &cpus) != 0) return {};
    if (cpus < room || state.cpu_info.size() >= kMostPhysicalCpus) break;
    state.cpu_info.resize(state.cpu_info.size() * 2);
  }
  state.idle_ns.resize(std::min(static_cast<std::size_t>(std::max(cpus, 0)), state.cpu_info.size()));
  for (std::size_t i = 0; i < state.idle_ns.size(); ++i) {
    // Xen answers 0 for a CPU that is not online; one that is has always idled.
    const std::uint64_t idle = state.cpu_info[i].idle_ns;
    state.idle_ns[i] = idle == 0 ? kAbsent : static_cast<std::int64_t>(idle);
  }
  return state.idle_ns;
}

}  // namespace sriov
