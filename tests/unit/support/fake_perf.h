// perf_event_open without counters: keeps what it was asked for; what the counters read is written by the test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "collector/perf/perf_event.h"

namespace sriov::test {

class FakePerf {
 public:
  struct Opened {
    perf_event_attr attr{};
    pid_t pid = 0;
    int cpu = 0;
    int group_fd = 0;
    int fd = 0;   ///< What the caller got.
    Fd write_to;  ///< The other end of it.
  };

  /// The errno with which an event is refused, or 0.
  std::function<int(const perf_event_attr& attr, pid_t pid, int cpu)> refusal = [](const perf_event_attr&, pid_t, int) {
    return 0;
  };

  [[nodiscard]] PerfEventOpen opener() {
    return [this](perf_event_attr& attr, pid_t pid, int cpu, int group_fd, unsigned long) {
      if ((errno = refusal(attr, pid, cpu)) != 0) return -1;
      std::array<int, 2> ends{};
      if (::pipe(ends.data()) != 0) return -1;
      opened_->push_back({attr, pid, cpu, group_fd, ends[0], Fd(ends[1])});
      return ends[0];
    };
  }

  [[nodiscard]] const std::vector<Opened>& opened() const { return *opened_; }

  /// The next reading of a group, whose leader was opened as number `leader`.
  void will_read_group(std::size_t leader, std::uint64_t enabled_ns, std::uint64_t running_ns,
                       const std::vector<std::uint64_t>& counts) {
    std::vector<std::uint64_t> words{counts.size(), enabled_ns, running_ns};
    words.insert(words.end(), counts.begin(), counts.end());
    write(leader, words);
  }
  /// The next reading of one event that is not read as a group.
  void will_read_single(std::size_t event, std::uint64_t enabled_ns, std::uint64_t running_ns, std::uint64_t count) {
    write(event, {count, enabled_ns, running_ns});
  }

 private:
  void write(std::size_t event, const std::vector<std::uint64_t>& words) {
    const std::size_t bytes = words.size() * sizeof(std::uint64_t);
    ASSERT_EQ(::write(opened_->at(event).write_to.get(), words.data(), bytes), static_cast<ssize_t>(bytes));
  }

  std::shared_ptr<std::vector<Opened>> opened_ = std::make_shared<std::vector<Opened>>();
};

}  // namespace sriov::test
