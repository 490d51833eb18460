#include "workloads/adapters/tool_message.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/time.h"

namespace sriov {
namespace {

using Json = nlohmann::json;

constexpr std::array<const char*, 4> kKinds{"ready", "done", "stop", "failed"};
constexpr std::size_t kMostMeasures = 64;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestText = 1000;
constexpr std::int64_t kLongestAgoNs = std::int64_t{8} * 24 * 3600 * kNsPerSecond;

std::optional<std::int64_t> integer(const Json& object, const char* key, std::int64_t most) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  if (value > static_cast<std::uint64_t>(most)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string word(const Json& value, std::size_t longest) {
  if (!value.is_string()) return {};
  return value.get<std::string>().substr(0, longest);
}

std::optional<double> number(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> total(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::nullopt : number(*found);
}

Result<void> read_measures(const Json& list, std::vector<Measure>& out) {
  if (!list.is_array() || list.size() > kMostMeasures) return fail("its measures are no list");
  for (const Json& entry : list) {
    const bool whole = entry.is_array() && entry.size() == 3;
    const auto value = whole ? number(entry[2]) : std::nullopt;
    const std::string name = whole ? word(entry[0], kLongestName) : "";
    if (!value || name.empty()) return fail("a measure has no name or no value");
    out.push_back({name, word(entry[1], kLongestName), *value});
  }
  return {};
}

}  // namespace

std::string encode(const ToolMessage& message) {
  Json out{{"kind", kKinds[static_cast<std::size_t>(message.kind)]}};
  if (message.port != 0) out["port"] = message.port;
  if (!message.text.empty()) out["text"] = message.text.substr(0, kLongestText);
  if (message.stopped) out["stopped"] = true;
  if (message.has_window) {
    out["began_ago_ns"] = std::max<std::int64_t>(0, message.began_ago_ns);
    out["ended_ago_ns"] = std::max<std::int64_t>(0, message.ended_ago_ns);
  }
  if (message.told.total.sent) out["total_sent"] = *message.told.total.sent;
  if (message.told.total.received) out["total_received"] = *message.told.total.received;
  if (!message.told.measures.empty()) {
    Json list = Json::array();
    for (const Measure& measure : message.told.measures)
      list.push_back(Json::array({measure.name, measure.unit, measure.value}));
    out["measures"] = std::move(list);
  }
  // Texts of other programs need not be UTF-8.
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ToolMessage> decode_tool_message(std::string_view text) {
  const Json in = Json::parse(text, nullptr, false);
  if (!in.is_object()) return fail("the other side's message is no JSON object");
  const auto kind = in.find("kind");
  const std::string name = kind == in.end() ? "" : word(*kind, kLongestName);
  const auto* const known = std::find(kKinds.begin(), kKinds.end(), name);
  if (known == kKinds.end()) return fail("the other side's message is of no known kind");
  ToolMessage message;
  message.kind = static_cast<ToolMessage::Kind>(known - kKinds.begin());
  message.port = static_cast<std::uint16_t>(integer(in, "port", std::numeric_limits<std::uint16_t>::max()).value_or(0));
  if (message.kind == ToolMessage::Kind::ready && message.port == 0) return fail("the other side names no port");
  if (const auto found = in.find("text"); found != in.end()) message.text = word(*found, kLongestText);
  if (const auto found = in.find("stopped"); found != in.end())
    message.stopped = found->is_boolean() && found->get<bool>();
  const auto began = integer(in, "began_ago_ns", kLongestAgoNs);
  const auto ended = integer(in, "ended_ago_ns", kLongestAgoNs);
  message.has_window = began && ended && *began >= *ended;
  message.began_ago_ns = began.value_or(0);
  message.ended_ago_ns = ended.value_or(0);
  message.told.total = {total(in, "total_sent"), total(in, "total_received")};
  if (const auto found = in.find("measures"); found != in.end()) {
    if (auto read = read_measures(*found, message.told.measures); !read)
      return tl::unexpected(read.error().at("the other side"));
  }
  return message;
}

}  // namespace sriov
