// The parameters of Xen's scheduler, as xl prints them.
#include "agent/environment/environment_parts.h"
#include "core/text.h"

namespace sriov::environment {
namespace {

/// "Cpupool Pool-0: tslice=30ms ratelimit=1000us".
void add_pool(const std::string& line, nlohmann::json& pools) {
  constexpr std::string_view kBegin = "Cpupool ";
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos || colon < kBegin.size()) return;
  nlohmann::json& pool = pools[line.substr(kBegin.size(), colon - kBegin.size())];
  pool = nlohmann::json::object();
  for (const std::string& word : split_at_blanks(line.substr(colon + 1)))
    if (const std::size_t equals = word.find('='); equals != std::string::npos && equals > 0)
      pool[word.substr(0, equals)] = word.substr(equals + 1);
}

/// A row below "Name  ID Weight  Cap"; names may hold blanks, numbers do not.
void add_domain(const std::string& line, const std::vector<std::string>& heading, nlohmann::json& domains) {
  const std::vector<std::string> fields = split_at_blanks(line);
  if (fields.size() < heading.size()) return;
  const std::size_t name_words = fields.size() - heading.size() + 1;
  nlohmann::json domain = nlohmann::json::object();
  for (std::size_t i = 1; i < heading.size(); ++i) {
    const auto value = to_int(fields[name_words + i - 1]);
    if (!value) return;
    if (to_lower(heading[i]) != "id") domain[to_lower(heading[i])] = *value;
  }
  domains[join(std::span(fields).first(name_words), " ")] = std::move(domain);
}

}  // namespace

nlohmann::json scheduler_parameters(const std::string& xl_output) {
  nlohmann::json pools = nlohmann::json::object();
  nlohmann::json domains = nlohmann::json::object();
  std::vector<std::string> heading;
  for (const std::string& line : split(xl_output, '\n')) {
    if (line.starts_with("Cpupool ")) {
      add_pool(line, pools);
    } else if (line.starts_with("Name ")) {
      heading = split_at_blanks(line);
    } else if (!heading.empty()) {
      add_domain(line, heading, domains);
    }
  }
  if (pools.empty() && domains.empty()) return nullptr;
  return {{"pools", pools}, {"domains", domains}};
}

}  // namespace sriov::environment
