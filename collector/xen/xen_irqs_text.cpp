#include "collector/xen/xen_irqs_text.h"

#include <charconv>
#include <optional>

#include "collector/text_scan.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr std::int64_t kMostIrqs = 65536;
constexpr std::int64_t kMostDomains = 32768;

/// The decimal number at the front of `text`, which is removed; nullopt when there is none in range.
std::optional<std::int64_t> take_number(std::string_view& text, std::int64_t limit) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0 || value >= limit) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::string_view after_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

/// "d1: 55(---),d2: 54(-M-)": domains with their own number of it.
std::vector<std::int64_t> bound_domains(std::string_view text) {
  std::vector<std::int64_t> domains;
  while (take_word(text, "d")) {
    const auto domain = take_number(text, kMostDomains);
    if (!domain || !take_word(text, ":")) break;
    domains.push_back(*domain);
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return domains;
}

/// Key i: "IRQ:  29 vec:59 PCI-MSI/-X      status=030 aff:{1}/{0-1} in-flight=0 d1: 55(---)", or Xen's handler instead
/// of domains: "arch/x86/time.c#timer_interrupt()".
bool parse_binding(std::string_view line, XenIrqs& out) {
  if (!take_word(line, "IRQ:")) return false;
  line = after_blanks(line);
  const auto number = take_number(line, kMostIrqs);
  line = after_blanks(line);
  if (!number || !take_word(line, "vec:")) return false;
  TextScan scan(line);
  (void)scan.word();
  scan.skip_blanks();
  XenIrq irq;
  irq.type = std::string(scan.word());
  const std::string_view rest = scan.rest();
  if (const std::size_t guests = rest.find("in-flight="); guests != std::string_view::npos) {
    const std::size_t first = rest.find(" d", guests);
    if (first != std::string_view::npos) irq.domains = bound_domains(rest.substr(first + 1));
  } else if (const std::size_t end = rest.rfind("()"); end != std::string_view::npos) {
    const std::string_view path = rest.substr(0, end);
    const std::size_t before = path.find_last_of(" #");
    irq.handler = std::string(before == std::string_view::npos ? path : path.substr(before + 1));
  }
  out[*number] = std::move(irq);
  return true;
}

/// Key M: "MSI-X   29 vec=59 lowest  edge …".
bool parse_msi(std::string_view line, XenIrqs& out) {
  TextScan scan(line);
  const std::string_view type = scan.word();
  if (type != "MSI" && type != "MSI-X" && type != "HPET" && type != "IOMMU") return false;
  scan.skip_blanks();
  const auto number = scan.number();
  if (!number || *number >= kMostIrqs || !(scan.skip_blanks() && scan.rest().starts_with("vec="))) return false;
  out[*number].type = std::string(type);
  return true;
}

/// Key Q: "0000:01:10.0 - d1 - node -1  - MSIs < 29 30 32 >".
void parse_pci_device(std::string_view line, XenIrqs& out) {
  constexpr std::size_t kFunctionLength = 12;
  constexpr std::string_view kMsis = " - MSIs < ";
  const std::size_t msis = line.find(kMsis);
  if (msis == std::string_view::npos || line.size() <= kFunctionLength) return;
  const std::string_view function = line.substr(0, kFunctionLength);
  if (function[4] != ':' || function[7] != ':' || function[10] != '.' || line[kFunctionLength] != ' ') return;
  std::string_view numbers = line.substr(msis + kMsis.size());
  while (const auto number = take_number(numbers, kMostIrqs)) {
    out[*number].function = std::string(function);
    numbers = after_blanks(numbers);
  }
}

}  // namespace

void parse_xen_irqs(std::string_view text, XenIrqs& out) {
  // The console keeps what earlier keys printed, about interrupts that may be gone.
  if (const std::size_t newest = text.rfind("IRQ information:"); newest != std::string_view::npos)
    text.remove_prefix(newest);
  TextScan lines(text);
  while (!lines.at_end()) {
    std::string_view line = lines.line();
    take_word(line, "(XEN)");
    line = after_blanks(line);
    if (!parse_binding(line, out) && !parse_msi(line, out)) parse_pci_device(line, out);
  }
}

bool says_interrupts_are_posted(std::string_view console) {
  const auto has = [](std::string_view line, std::string_view words) {
    return line.find(words) != std::string_view::npos;
  };
  bool posted = false;
  TextScan lines(console);
  while (!lines.at_end()) {
    const std::string_view line = lines.line();
    const bool is_told = has(line, "VT-d Posted Interrupt") || (has(line, "AMD-Vi") && has(line, "AVIC"));
    if (is_told) posted = has(line, " enabled") && !has(line, "not enabled");
  }
  return posted;
}

}  // namespace sriov
