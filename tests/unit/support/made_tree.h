// Trees on which collectors can be sampled where the machine has nothing for them. A collector's own test registers
// one, and whatever is checked of all collectors is checked on it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "collector/collector.h"
#include "tests/unit/support/written_tree.h"

namespace sriov::test {

/// What a collector needs to be sampled: `write` fills a tree of files, `options` makes it read them.
struct MadeTree {
  std::string collector;
  CollectorOptions options;
  std::function<void(const WrittenTree&)> write;
};

inline std::vector<MadeTree>& made_trees() {
  static std::vector<MadeTree> trees;
  return trees;
}

/// `const MadeTreeFor made{"xenbus", {}, [](const WrittenTree& tree) { … }};` at namespace scope.
struct MadeTreeFor {
  MadeTreeFor(std::string collector, CollectorOptions options, std::function<void(const WrittenTree&)> write) {
    made_trees().push_back({std::move(collector), std::move(options), std::move(write)});
  }
};

}  // namespace sriov::test
