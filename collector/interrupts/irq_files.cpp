#include "collector/interrupts/irq_files.h"

#include <fcntl.h>
#include <unistd.h>

#include "collector/interrupts/irq_counts_text.h"

namespace sriov {
namespace {

constexpr std::size_t kPage = 4096;  // What a file of sysfs holds at most; it comes in one read.

}  // namespace

std::optional<IrqFiles> IrqFiles::open(const Host& host, const std::string& irq, std::size_t possible_cpus) {
  const std::string folder = host.sys + "/kernel/irq/" + irq;
  IrqFiles files;
  files.counts_file_ = Fd(::open((folder + "/per_cpu_count").c_str(), O_RDONLY | O_CLOEXEC));
  files.actions_file_ = Fd(::open((folder + "/actions").c_str(), O_RDONLY | O_CLOEXEC));
  if (!files.counts_file_.is_open() || !files.actions_file_.is_open()) return std::nullopt;
  files.buffer_.resize(kPage);
  files.counts_.resize(possible_cpus);
  files.actions_ = files.read_once(files.actions_file_);
  if (files.read().empty()) return std::nullopt;
  return files;
}

std::span<const std::int64_t> IrqFiles::read() {
  if (read_once(actions_file_) != actions_) return {};
  if (!parse_irq_counts(read_once(counts_file_), counts_)) return {};
  return counts_;
}

std::string_view IrqFiles::read_once(const Fd& file) {
  const ssize_t got = ::pread(file.get(), buffer_.data(), buffer_.size(), 0);
  return {buffer_.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

}  // namespace sriov
