// Copying packets, as netback and sockets do.
#include <array>
#include <cstring>
#include <vector>

#include "micro/benchmark.h"

namespace sriov {
namespace {

constexpr std::string_view kExit = "None: what is seen is the processor, its caches and who shares them.";
constexpr std::string_view kSource = "memcpy between two buffers that stay in the cache";

constexpr std::array<MicroDescription, 6> kDescriptions{{
    {"memory_copy_64", "One copy of 64 bytes, a smallest frame.", kExit, kSource},
    {"memory_copy_256", "One copy of 256 bytes.", kExit, kSource},
    {"memory_copy_1500", "One copy of 1,500 bytes, a full Ethernet frame.", kExit, kSource},
    {"memory_copy_4096", "One copy of 4,096 bytes, a page as netback copies it.", kExit, kSource},
    {"memory_copy_9000", "One copy of 9,000 bytes, a jumbo frame.", kExit, kSource},
    {"memory_copy_65536", "One copy of 65,536 bytes, a largest segment (TSO, GRO).", kExit, kSource},
}};
constexpr std::array<std::size_t, 6> kBytes{64, 256, 1500, 4096, 9000, 65536};

template <std::size_t index>
class MemoryCopy : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescriptions[index]; }
  void run(benchmark::State& state) override {
    // The size of a packet is not known when code is compiled. Not by DoNotOptimize: GCC 12 may leave a variable that
    // it writes back with another value.
    const volatile std::size_t packet_bytes = kBytes[index];
    const std::size_t bytes = packet_bytes;
    const std::vector<char> from(bytes, 'x');
    std::vector<char> to(bytes);
    for (auto _ : state) {
      std::memcpy(to.data(), from.data(), bytes);
      benchmark::ClobberMemory();
    }
  }
};

const Registration<MicroBenchmark, MemoryCopy<0>> registration64{"memory_copy_64"};
const Registration<MicroBenchmark, MemoryCopy<1>> registration256{"memory_copy_256"};
const Registration<MicroBenchmark, MemoryCopy<2>> registration1500{"memory_copy_1500"};
const Registration<MicroBenchmark, MemoryCopy<3>> registration4096{"memory_copy_4096"};
const Registration<MicroBenchmark, MemoryCopy<4>> registration9000{"memory_copy_9000"};
const Registration<MicroBenchmark, MemoryCopy<5>> registration65536{"memory_copy_65536"};

}  // namespace
}  // namespace sriov
