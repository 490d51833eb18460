// Bulk TCP from the server to the client out of a region of chosen size, without copying: the pages that the device
// reads are the region's, so a sweep of its size crosses the reach of the IOTLB. The server is the guest's side.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "workloads/engine/report_builder.h"
#include "workloads/tcp/bulk.h"
#include "workloads/tcp/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{
    measures::kBytesSent,     measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,       measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kRetransmits,   measures::kServiceDemand, measures::kFootprint,      measures::kZeroCopySends,
    measures::kZeroCopyCopied};

Result<PageSize> parse_page_size(std::string_view text) {
  if (text == "4k") return PageSize::base;
  if (text == "2M") return PageSize::huge;
  return fail_usage(fmt::format("'{}' is not a page size", text), "", "4k or 2M");
}

Result<void> check_footprint(std::string_view text) {
  constexpr std::int64_t kMost = std::int64_t{64} << 30U;
  SRIOV_ASSIGN(const std::int64_t bytes, parse_bytes(text));
  if (bytes < 1 || bytes > kMost) return fail_usage(fmt::format("{} is not between 1 and {} bytes", bytes, kMost));
  return {};
}

Result<void> check_page_size(std::string_view text) {
  SRIOV_TRY(parse_page_size(text));
  return {};
}

constexpr std::array kOptions{
    OwnOption{"footprint_bytes", "bytes", "4M", "Memory that all streams together send from, round and round.",
              check_footprint},
    OwnOption{"page_bytes", "4k or 2M", "4k", "Pages that memory is made of.", check_page_size}};

Result<StreamEnd> send_from_footprint(Stream& stream, RunClock& clock, const Halt& halt) {
  stream.spec.zero_copy = true;
  SRIOV_ASSIGN(const std::int64_t footprint, parse_bytes(own_value(kOptions, stream.spec, "footprint_bytes")));
  SRIOV_ASSIGN(const PageSize page, parse_page_size(own_value(kOptions, stream.spec, "page_bytes")));
  SRIOV_ASSIGN(SendRegion region, SendRegion::make(stream.hello.message_bytes, footprint / stream.hello.streams, page));
  return send_bulk_from(std::move(region), stream, clock, halt);
}

const TcpProfile& profile() {
  static const TcpProfile kProfile{.describe = {.name = "dma_footprint",
                                                .help = "Bulk TCP, server to client, zero-copy out of memory of a "
                                                        "chosen size and page size: stresses the IOTLB.",
                                                .measures = kMeasures,
                                                .own_options = kOptions,
                                                .limits = {.message_hint = "4k to 64k is usual"},
                                                .default_message_bytes = 16384,
                                                .client_sends = false,
                                                .server_sends = true},
                                   .always_zero_copy = true,
                                   .client_body = receive_bulk,
                                   .server_body = send_from_footprint};
  return kProfile;
}

const Registration<Workload, TcpWorkload<profile>> registration{"dma_footprint"};

}  // namespace
}  // namespace sriov
