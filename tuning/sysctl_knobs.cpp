// Knobs that are one file below /proc/sys (Documentation/admin-guide/sysctl/net.rst).
#include <array>

#include "core/text.h"
#include "host/kernel_file.h"
#include "tuning/knob.h"

namespace sriov {
namespace {

struct SysctlDescription {
  std::string_view name;
  std::string_view path;
  std::string_view unit;
  std::string_view help;
};

class SysctlKnob : public Knob {
 public:
  explicit SysctlKnob(const SysctlDescription& description) : description_(description) {}

  std::string_view name() const override { return description_.name; }
  std::string_view unit() const override { return description_.unit; }
  std::string_view help() const override { return description_.help; }

  Result<std::string> get(const KnobTarget& target) const override {
    SRIOV_ASSIGN(const std::string text, target.shell.read(std::string(description_.path)));
    return std::string(trim(text));
  }

  Result<std::string> set(const KnobTarget& target, const std::string& value) const override {
    SRIOV_TRY(target.shell.write(std::string(description_.path), value));
    return get(target);
  }

  JournalEntry undo(const KnobTarget& target, const std::string& old_value) const override {
    (void)target;
    return {std::string(description_.name) + " was " + old_value,
            {kernel_file_command(std::string(description_.path), old_value)}};
  }

 private:
  SysctlDescription description_;
};

constexpr std::array<SysctlDescription, 5> kSysctls{{
    {"busy_poll", "/proc/sys/net/core/busy_poll", "us", "How long poll() and select() spin on the device queues."},
    {"busy_read", "/proc/sys/net/core/busy_read", "us", "How long a blocking socket read spins on the device queue."},
    {"netdev_budget", "/proc/sys/net/core/netdev_budget", "packets", "Packets one softirq round may take from NAPI."},
    {"rmem_max", "/proc/sys/net/core/rmem_max", "bytes", "Largest SO_RCVBUF an application may ask for."},
    {"wmem_max", "/proc/sys/net/core/wmem_max", "bytes", "Largest SO_SNDBUF an application may ask for."},
}};

struct RegisterSysctls {
  RegisterSysctls() {
    for (const SysctlDescription& description : kSysctls)
      KnobRegistry::instance().add(std::string(description.name),
                                   [description] { return std::make_unique<SysctlKnob>(description); });
  }
};
const RegisterSysctls registration;

}  // namespace
}  // namespace sriov
