// A Xenstore that a test makes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/xen/xenstore.h"
#include "core/text.h"

namespace sriov::test {

/// A Xenstore from the output of xenstore-ls -f.
class ListedStore : public XenstoreReader {
 public:
  explicit ListedStore(const std::string& listing) {
    for (const std::string& line : split(listing, '\n')) {
      const std::size_t equals = line.find(" = \"");
      if (equals != std::string::npos)
        nodes_[line.substr(0, equals)] = line.substr(equals + 4, line.size() - equals - 5);
    }
  }
  std::optional<std::string> read(const std::string& path) override {
    const auto found = nodes_.find(whole(path));
    return found == nodes_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::string> list(const std::string& path) override {
    std::vector<std::string> out;
    const std::string prefix = whole(path) + "/";
    for (const auto& [node, value] : nodes_)
      if (node.starts_with(prefix) && node.find('/', prefix.size()) == std::string::npos)
        out.push_back(node.substr(prefix.size()));
    return out;
  }
  bool watch(const std::string& path) override {
    watched_.push_back(path);
    return true;
  }
  bool has_changed() override { return std::exchange(changed_, false); }

  std::map<std::string, std::string> nodes_;
  std::vector<std::string> watched_;
  bool changed_ = false;  ///< What has_changed() says, once.

 private:
  static std::string whole(const std::string& path) { return path.starts_with('/') ? path : "/local/domain/0/" + path; }
};

}  // namespace sriov::test
