// A stand-in for libxenstat and libxenctrl: their functions by their names, answering from a table.
#include "tests/unit/support/fake_xen.h"

using sriov::test::FakeDomain;
using sriov::test::FakeXenState;

namespace {

/// xc_cpuinfo_t and xc_vcpuinfo_t of xenctrl.h.
struct CpuInfo {
  std::uint64_t idle_ns;
};
struct VcpuInfo {
  std::uint32_t vcpu;
  std::uint8_t online, blocked, running;
  alignas(8) std::uint64_t cpu_ns;
  std::uint32_t pcpu;
};

}  // namespace

extern "C" {

FakeXenState sriov_fake_xen;

void* xenstat_init() { return &sriov_fake_xen; }
void xenstat_uninit(void*) {}
void* xenstat_get_node(void*, unsigned flags) {
  sriov_fake_xen.flags_asked |= flags;
  ++sriov_fake_xen.listings;
  return &sriov_fake_xen;
}
void xenstat_free_node(void*) {}
unsigned xenstat_node_num_domains(void*) { return sriov_fake_xen.domain_count; }
void* xenstat_node_domain_by_index(void*, unsigned index) { return &sriov_fake_xen.domains[index]; }
unsigned xenstat_domain_id(void* domain) { return static_cast<FakeDomain*>(domain)->domid; }
const char* xenstat_domain_name(void* domain) { return static_cast<FakeDomain*>(domain)->name; }
unsigned long long xenstat_domain_cpu_ns(void* domain) { return static_cast<FakeDomain*>(domain)->vcpu_ns; }
unsigned long long xenstat_domain_cur_mem(void*) { return 1ULL << 28; }
unsigned xenstat_domain_num_vcpus(void*) { return 1; }
void* xenstat_domain_vcpu(void* domain, unsigned) { return domain; }
unsigned xenstat_vcpu_online(void*) { return 1; }
unsigned long long xenstat_vcpu_ns(void* vcpu) { return static_cast<FakeDomain*>(vcpu)->vcpu_ns; }

void* xc_interface_open(void*, void*, unsigned) { return &sriov_fake_xen; }
int xc_interface_close(void*) { return 0; }
int xc_getcpuinfo(void*, int most, CpuInfo* info, int* cpus) {
  *cpus = most > 0 ? 1 : 0;
  if (most > 0) info->idle_ns = sriov_fake_xen.idle_ns;
  return 0;
}
int xc_vcpu_getinfo(void*, std::uint32_t domid, std::uint32_t vcpu, VcpuInfo* info) {
  for (unsigned i = 0; i < sriov_fake_xen.domain_count; ++i) {
    const FakeDomain& domain = sriov_fake_xen.domains[i];
    if (domain.domid != domid) continue;
    *info = {vcpu, 1, 0, 1, domain.vcpu_ns, 0};
    return 0;
  }
  return -1;
}
}
