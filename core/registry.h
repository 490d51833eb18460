// Self-registration by name: a new collector, workload, knob or testbed is one new file, no list to edit.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sriov {

/// Factories of one family (`Base`) by name. Filled before main() by Registration objects.
template <class Base>
class Registry {
 public:
  using Factory = std::function<std::unique_ptr<Base>()>;

  static Registry& instance() {
    static Registry registry;
    return registry;
  }
  void add(std::string name, Factory factory) { factories_[std::move(name)] = std::move(factory); }
  /// For tests that register something of their own.
  void remove(std::string_view name) {
    if (const auto found = factories_.find(name); found != factories_.end()) factories_.erase(found);
  }
  /// A new object, or nullptr when nobody registered that name.
  [[nodiscard]] std::unique_ptr<Base> make(std::string_view name) const {
    const auto found = factories_.find(name);
    return found == factories_.end() ? nullptr : found->second();
  }
  /// All names, sorted.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, factory] : factories_) out.push_back(name);
    return out;
  }

 private:
  std::map<std::string, Factory, std::less<>> factories_;
};

/// `const Registration<Collector, Cpu> registration{"cpu"};` at namespace scope registers Cpu.
template <class Base, class Derived>
struct Registration {
  explicit Registration(std::string name) {
    Registry<Base>::instance().add(std::move(name), [] { return std::make_unique<Derived>(); });
  }
};

}  // namespace sriov
