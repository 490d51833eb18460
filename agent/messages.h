// Between the project's plain data and the messages of agent.capnp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/agent.capnp.h"
#include "collector/sampler.h"
#include "core/result.h"
#include "core/sample_block.h"
#include "core/workload_types.h"
#include "host/shell.h"

namespace sriov::agent {

[[nodiscard]] inline std::string to_string(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }
[[nodiscard]] inline std::string to_string(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}
[[nodiscard]] inline capnp::Text::Reader to_text(const std::string& text) { return {text.c_str(), text.size()}; }
[[nodiscard]] inline capnp::Data::Reader to_data(std::string_view bytes) {
  return {reinterpret_cast<const capnp::byte*>(bytes.data()), bytes.size()};
}

void write_error(const Error& error, rpc::Failure::Builder out);
[[nodiscard]] Error read_error(rpc::Failure::Reader in);

void write_command(const Command& command, capnp::List<capnp::Text>::Builder out);
[[nodiscard]] Command read_command(capnp::List<capnp::Text>::Reader in);

using OptionsByCollector = std::map<std::string, CollectorOptions>;
[[nodiscard]] unsigned option_count(const OptionsByCollector& options);
/// `out` has option_count() places.
void write_options(const OptionsByCollector& options, capnp::List<rpc::CollectorOption>::Builder out);
[[nodiscard]] OptionsByCollector read_options(capnp::List<rpc::CollectorOption>::Reader in);

void write_spec(const WorkloadSpec& spec, rpc::WorkloadSpec::Builder out);
/// Usage error for an option that this build does not know.
[[nodiscard]] Result<WorkloadSpec> read_spec(rpc::WorkloadSpec::Reader in);

void write_report(const WorkloadReport& report, rpc::WorkloadReport::Builder out);
/// Error when the histogram is not one.
[[nodiscard]] Result<WorkloadReport> read_report(rpc::WorkloadReport::Reader in);

void write_blocks(const std::vector<SampleBlock>& blocks, rpc::Blocks::Builder out);
/// Words that write_blocks needs, so that a large message is allocated in one piece.
[[nodiscard]] std::uint64_t words_of(const std::vector<SampleBlock>& blocks);
/// Stamps `endpoint` on the blocks. Error when rows and columns of a block do not fit together.
[[nodiscard]] Result<std::vector<SampleBlock>> read_blocks(rpc::Blocks::Reader in, const std::string& endpoint);

/// Failure side of an outcome, or nothing.
template <class Value>
[[nodiscard]] Result<void> check(typename rpc::Outcome<Value>::Reader outcome) {
  if (outcome.isFailure()) return tl::unexpected(read_error(outcome.getFailure()));
  return {};
}

}  // namespace sriov::agent
