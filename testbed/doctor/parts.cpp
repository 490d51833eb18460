// Which of the tool's own parts work here: every testbed and every collector is asked.
#include "collector/collector.h"
#include "testbed/doctor/check.h"
#include "testbed/testbed.h"

namespace sriov::doctor {
namespace {

Finding from_probe(const std::string& name, const Result<void>& probe, std::string_view help) {
  if (probe) return {name, Status::ok, std::string(help), {}, {}};
  const std::string where = probe.error().where.empty() ? std::string() : probe.error().where + ": ";
  return {name, Status::missing, where + probe.error().what, {}, probe.error().hint};
}

class Collectors : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::collectors; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    std::vector<Finding> findings;
    for (const std::string& name : CollectorRegistry::instance().names()) {
      const auto collector = CollectorRegistry::instance().make(name);
      findings.push_back(from_probe(name, collector->probe(machine.host), collector->help()));
    }
    return findings;
  }
};
const CheckRegistration<Collectors> collectors{"collectors"};

class Testbeds : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::testbeds; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!machine.is_live()) return {};  // A testbed's probe asks the machine it runs on.
    std::vector<Finding> findings;
    for (const std::string& name : TestbedRegistry::instance().names()) {
      const auto testbed = TestbedRegistry::instance().make(name);
      findings.push_back(from_probe(name, testbed->probe(), testbed->help()));
    }
    return findings;
  }
};
const CheckRegistration<Testbeds> testbeds{"testbeds"};

}  // namespace
}  // namespace sriov::doctor
