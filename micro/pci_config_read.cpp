// A read of PCI configuration space: what a driver does when it looks for capabilities.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "host/file.h"
#include "micro/benchmark.h"
#include "micro/pci_functions.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "pci_config_read",
    "One read of 4 bytes (vendor and device) of PCI configuration space, with its system call; of a VF where there is "
    "one, else of a network card, else of any function.",
    "Two accesses of I/O ports (0xcf8, 0xcfc), each an exit that the device model answers; with MMCONFIG, one access "
    "of memory that nothing backs.",
    "pread of /sys/bus/pci/devices/ADDRESS/config"};

class PciConfigRead : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override {
    if (!scan_pci_functions(context.host).empty()) return {};
    return fail_environment("there is no PCI function here");
  }
  Result<void> prepare(const MicroContext& context) override {
    const std::string path = scan_pci_functions(context.host).front().folder + "/config";
    config_ = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (config_.is_open() && read_once()) return {};
    return fail_errno("cannot read it", errno, path);
  }
  void run(benchmark::State& state) override {
    for (auto _ : state)
      if (!read_once()) {
        state.SkipWithError("configuration space could not be read");
        break;
      }
  }

 private:
  [[nodiscard]] bool read_once() const {
    std::uint32_t word = 0;
    return ::pread(config_.get(), &word, sizeof(word), 0) == sizeof(word);
  }
  Fd config_;
};

const Registration<MicroBenchmark, PciConfigRead> registration{"pci_config_read"};

}  // namespace
}  // namespace sriov
