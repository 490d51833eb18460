#include "micro/program.h"

#include <link.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/text.h"
#include "host/file.h"
#include "micro/context.h"
#include "micro/measure.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Error& error) { return {{"what", error.what}, {"where", error.where}, {"hint", error.hint}}; }

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

struct LoadedFiles {
  std::string loader;
  std::vector<std::string> libraries;
};

int add_object(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  auto& files = *static_cast<LoadedFiles*>(data);
  const bool is_program = info->dlpi_name == nullptr || *info->dlpi_name == '\0';
  for (int i = 0; is_program && i < info->dlpi_phnum; ++i)
    if (info->dlpi_phdr[i].p_type == PT_INTERP)
      // NOLINTNEXTLINE(performance-no-int-to-ptr): ELF has addresses as integers.
      files.loader = reinterpret_cast<const char*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
  // The vDSO is no file.
  if (!is_program && info->dlpi_name[0] == '/') files.libraries.emplace_back(info->dlpi_name);
  return 0;
}

/// Where the machine refuses an access that the kernel has allowed, this is the answer.
void answer_for_fault(int /*signal*/) {
  static constexpr std::string_view kAnswer =
      R"json({"error":{"what":"the machine refused the access (a fault: SIGSEGV or SIGBUS)","where":"","hint":""}})json"
      "\n";
  const ssize_t written = ::write(STDOUT_FILENO, kAnswer.data(), kAnswer.size());
  ::_exit(written > 0 ? 0 : 1);
}

}  // namespace

void answer_faults() {
  struct sigaction action {};
  action.sa_handler = answer_for_fault;
  ::sigaction(SIGSEGV, &action, nullptr);
  ::sigaction(SIGBUS, &action, nullptr);
}

Result<std::string> list_json(const Host& host, const MicroProgramOptions& options) {
  SRIOV_ASSIGN(const MicroContext context, choose_context(host, options.cpu, options.unsafe));
  Json list = Json::array();
  for (const std::string& name : MicroRegistry::instance().names()) {
    const auto benchmark = MicroRegistry::instance().make(name);
    const MicroDescription& about = benchmark->description();
    const auto works = check_micro(*benchmark, context);
    Json entry{{"name", name},           {"help", about.help},        {"hvm_exit", about.hvm_exit},
               {"source", about.source}, {"unsafe", about.is_unsafe}, {"works", works.has_value()}};
    if (!works) entry["error"] = to_json(works.error());
    list.push_back(std::move(entry));
  }
  return text({{"benchmarks", std::move(list)}});
}

Result<std::string> run_json(const Host& host, const std::string& name, const MicroProgramOptions& options) {
  SRIOV_ASSIGN(const auto benchmark, make_micro(name));
  SRIOV_ASSIGN(const MicroContext context, choose_context(host, options.cpu, options.unsafe));
  const auto measured = measure(*benchmark, context, options.seconds);
  if (!measured) return text({{"name", name}, {"error", to_json(measured.error())}});
  Json out{{"name", name}, {"ns_per_operation", measured->ns_per_operation}, {"operations", measured->operations}};
  if (measured->cycles_per_operation)
    out["cycles_per_operation"] = *measured->cycles_per_operation;
  else
    out["why_no_cycles"] = measured->why_no_cycles;
  return text(out);
}

std::string program_files() {
  LoadedFiles files;
  ::dl_iterate_phdr(add_object, &files);
  std::array<char, 4096> self{};
  const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size() - 1);
  std::vector<std::string> out{std::string(self.data(), length > 0 ? static_cast<std::size_t>(length) : 0)};
  for (const std::string& library : files.libraries)
    if (library != files.loader) out.push_back(library);
  out.push_back(files.loader);
  return join(out, "\n") + "\n";
}

}  // namespace sriov
