#include "collector/proc/softirqs_text.h"

#include "collector/proc/proc_stat_text.h"
#include "collector/text_scan.h"
#include "core/sample_block.h"

namespace sriov {
namespace {

void parse_heading(std::string_view line, std::vector<std::int64_t>& cpus) {
  TextScan scan(line);
  while (scan.skip_blanks() && !scan.at_end()) {
    const std::string_view word = scan.word();
    if (!word.starts_with("CPU")) break;
    TextScan digits(word.substr(3));
    const auto cpu = digits.number();
    if (!cpu || *cpu >= kMostCpus) break;
    cpus.push_back(*cpu);
  }
}

}  // namespace

void parse_softirqs(std::string_view text, SoftirqTable& out) {
  constexpr std::int64_t kMostCount = 0xFFFF'FFFF;  // An unsigned int in the kernel; it wraps.
  out.cpus.clear();
  out.kinds.clear();
  out.counts.clear();
  TextScan lines(text);
  parse_heading(lines.line(), out.cpus);
  while (!out.cpus.empty() && !lines.at_end()) {
    TextScan line(lines.line());
    line.skip_blanks();
    const std::string_view kind = line.word();
    if (kind.size() < 2 || kind.back() != ':') continue;
    out.kinds.push_back(kind.substr(0, kind.size() - 1));
    bool readable = true;
    for (std::size_t i = 0; i < out.cpus.size(); ++i) {
      line.skip_blanks();
      const auto count = readable ? line.number() : std::nullopt;
      readable = count && *count <= kMostCount;
      out.counts.push_back(readable ? *count : kAbsent);
    }
  }
}

}  // namespace sriov
