#include "collector/xen/xen_domain_list.h"

#include <utility>

#include "core/text.h"

namespace sriov {
namespace {

constexpr std::int64_t kMostDomains = 32768;

}  // namespace

XenDomainList::XenDomainList(std::unique_ptr<XenstoreReader> store) : store_(std::move(store)) {
  if (!store_) return;
  for (const char* path : {"@introduceDomain", "@releaseDomain", "backend/pci"})
    (void)store_->watch(path);  // A store that refuses tells of no changes.
  // Every watch tells of itself once. What it told until the store has answered a question is that.
  (void)store_->list("/local/domain");
  (void)store_->has_changed();
  read();
  changed_.clear();
}

bool XenDomainList::update() {
  if (!store_ || !store_->has_changed()) return false;
  read();
  return true;
}

std::string XenDomainList::name(std::uint32_t domid) const {
  const auto known = names_.find(domid);
  return known == names_.end() || known->second.empty() ? "domain " + std::to_string(domid) : known->second;
}

void XenDomainList::read() {
  changed_.clear();
  std::map<std::uint32_t, std::string> now;
  for (const std::string& entry : store_->list("/local/domain")) {
    const auto domid = to_int(entry);
    if (!domid || *domid < 0 || *domid >= kMostDomains) continue;
    now.emplace(static_cast<std::uint32_t>(*domid), store_->read("/local/domain/" + entry + "/name").value_or(""));
  }
  if (!now.contains(0)) return;  // dom0 is always there: the store did not answer.
  for (const auto& [domid, before] : names_) {
    const auto still = now.find(domid);
    if (still == now.end()) gone_.insert(domid);
    if (still == now.end() || still->second != before) changed_.push_back({domid, name(domid), still == now.end()});
  }
  for (const auto& [domid, name] : now) gone_.erase(domid);
  names_ = std::move(now);
}

}  // namespace sriov
