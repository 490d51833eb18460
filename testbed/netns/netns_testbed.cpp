#include "testbed/netns/netns_testbed.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/process.h"

namespace sriov::netns {
namespace {

const Registration<Testbed, NetnsTestbed> registration{"netns"};

}  // namespace

NetnsTestbed::~NetnsTestbed() { NetnsTestbed::down(); }

std::string_view NetnsTestbed::help() const {
  return "network namespaces of this host, no hypervisor: veth pairs, a bridge, and VFs where a NIC has them";
}

Result<void> NetnsTestbed::probe() const {
  if (geteuid() != 0)
    return fail_environment("making network namespaces needs root", "testbed netns", "run it with sudo");
  for (const char* program : {"ip", "unshare"})
    if (find_program(program).empty())
      return fail_environment(fmt::format("the program '{}' is not there", program), "testbed netns",
                              "apt-get install iproute2 util-linux");
  SRIOV_TRY(agent::parse_target("local:"));
  LocalShell shell;
  const auto tried = shell.output_of({"unshare", "--net", "--", "ip", "link", "add", "name", "probe0", "type", "veth"});
  if (!tried)
    return fail_environment("this host does not let us make network namespaces with veth pairs", "testbed netns",
                            tried.error().text());
  return {};
}

Result<void> NetnsTestbed::up(agent::EventLoop& loop, const TestbedOptions& options, const Progress& progress) {
  SRIOV_TRY(probe());
  const std::string fault = options.settings.count("fault") == 0 ? "" : options.settings.at("fault");
  if (!fault.empty() && fault != "misroute")
    return fail_usage(fmt::format("unknown fault '{}'", fault), "testbed_settings.fault", "known: misroute");
  loop_ = &loop;
  options_ = options;
  SRIOV_ASSIGN(machine_, machine());
  if (progress) progress({"starting agents in namespaces", 0.0});
  auto built = build();
  if (!built) down();
  return built;
}

Result<void> NetnsTestbed::build() {
  namespaces_.guest_pairs = options_.guest_pairs;
  namespaces_.ipv6 = options_.ipv6;
  SRIOV_TRY(start_agents());
  for (const Namespace& guest : namespaces_.guests) SRIOV_TRY(settle(guest, options_.ipv6));
  SRIOV_TRY(settle(namespaces_.peer, options_.ipv6));
  SRIOV_TRY(settle(namespaces_.bridge, false));
  SRIOV_TRY(build_veth(namespaces_));
  SRIOV_TRY(build_bridge(namespaces_));
  if (setting("fault") == "misroute") SRIOV_TRY(misroute(namespaces_));
  if (wants("vf-netns")) {
    SRIOV_ASSIGN(vf_, VfPath::make(namespaces_, setting("pf"), machine_.is_here));
  }
  return {};
}

Result<void> NetnsTestbed::start_agents() {
  SRIOV_ASSIGN(namespaces_.host, start_namespace(*loop_, machine_, "host", false));
  SRIOV_ASSIGN(namespaces_.peer, start_namespace(*loop_, machine_, "peer", true));
  SRIOV_ASSIGN(namespaces_.bridge, start_namespace(*loop_, machine_, "switch", true));
  for (int i = 1; i <= options_.guests; ++i) {
    SRIOV_ASSIGN(Namespace guest, start_namespace(*loop_, machine_, fmt::format("guest{}", i), true));
    namespaces_.guests.push_back(std::move(guest));
  }
  return {};
}

std::vector<Endpoint> NetnsTestbed::endpoints() {
  std::vector<Endpoint> out;
  // All endpoints are on one kernel: `host` has what counts the whole of it.
  const std::vector<std::string> of_the_machine = collectors_of(CollectorScope::machine);
  const auto add = [&](const Namespace& netns, const char* kind) {
    if (!netns.client) return;
    out.push_back({netns.name, kind, "", netns.client.get()});
    if (&netns != &namespaces_.host) out.back().without_collectors = of_the_machine;
  };
  add(namespaces_.host, "host");
  add(namespaces_.peer, "peer");
  add(namespaces_.bridge, "host");
  for (const Namespace& guest : namespaces_.guests) add(guest, "guest");
  return out;
}

Result<PathSetup> NetnsTestbed::prepare(const std::string& path, const TrialSettings& settings) {
  if (settings.guests > static_cast<int>(namespaces_.guests.size()))
    return fail(fmt::format("the testbed was made for {} guests, not {}", namespaces_.guests.size(), settings.guests));
  if (path == "veth" || path == "veth-bridge") return veth_setup(path, namespaces_, settings);
  if (path != "vf-netns") return fail_usage(fmt::format("testbed netns has no path '{}'", path));
  if (!vf_) {
    SRIOV_ASSIGN(vf_, VfPath::make(namespaces_, setting("pf"), machine_.is_here));
  }
  return vf_->setup(namespaces_, settings);
}

Result<void> NetnsTestbed::recover() {
  const auto agents = endpoints();
  const bool whole =
      std::all_of(agents.begin(), agents.end(), [](const Endpoint& one) { return one.agent->is_connected(); });
  if (whole) return {};
  // A lost agent took its namespace and every veth of it along, so all is built anew: it takes well under a second.
  down();
  return build();
}

std::string NetnsTestbed::facts() const {
  nlohmann::json facts{{"testbed", name()},
                       {"emulated", machine_.emulated},
                       {"accelerator", machine_.accelerator},
                       {"guests", namespaces_.guests.size()},
                       {"machine", "network namespaces of one Linux machine"}};
  if (vf_) facts["pf"] = vf_->pf();
  return facts.dump();
}

void NetnsTestbed::down() {
  if (vf_) vf_->remove(namespaces_);
  vf_.reset();
  namespaces_ = Namespaces{};
}

bool NetnsTestbed::wants(std::string_view path) const {
  return std::find(options_.paths.begin(), options_.paths.end(), path) != options_.paths.end();
}

std::string NetnsTestbed::setting(const std::string& key) const {
  const auto found = options_.settings.find(key);
  return found == options_.settings.end() ? "" : found->second;
}

}  // namespace sriov::netns
