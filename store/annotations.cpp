#include "store/annotations.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;

std::string file_of(const std::string& run_directory) { return run_directory + "/" + std::string(kAnnotationsFile); }

void add_tag(std::vector<std::string>& tags, std::string_view text) {
  const std::string tag(trim(text));
  if (!tag.empty() && std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
}

}  // namespace

Result<Annotations> parse_annotations(std::string_view json, const std::string& where) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return fail("this is no JSON object", where, "mend or remove the file");
  const auto format = object.find("format");
  if (format == object.end() || !format->is_number_integer() || *format != kFormat)
    return fail("these are not annotations of format 1", where, "a newer sriov-bench may read them");
  Annotations out;
  if (const auto note = object.find("note"); note != object.end()) {
    if (!note->is_string()) return fail("the note is no text", where, "mend or remove the file");
    out.note = note->get<std::string>();
  }
  const auto tags = object.find("tags");
  if (tags == object.end()) return out;
  if (!tags->is_array() || !std::ranges::all_of(*tags, [](const Json& tag) { return tag.is_string(); }))
    return fail("the tags are no list of texts", where, "mend or remove the file");
  for (const Json& tag : *tags) add_tag(out.tags, tag.get_ref<const std::string&>());
  return out;
}

Result<Annotations> read_annotations(const std::string& run_directory) {
  const std::string file = file_of(run_directory);
  if (!exists(file)) return Annotations{};
  SRIOV_ASSIGN(const std::string text, read_file(file));
  return parse_annotations(text, file);
}

Result<void> write_annotations(const std::string& run_directory, const Annotations& annotations) {
  const std::string file = file_of(run_directory);
  if (annotations == Annotations{}) {
    if (exists(file) && std::remove(file.c_str()) != 0) return fail("cannot remove the file", file);
    return {};
  }
  const Json object{{"format", kFormat}, {"tags", annotations.tags}, {"note", annotations.note}};
  return write_file(file, object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", true);
}

std::vector<std::string> parse_tags(std::string_view text) {
  std::vector<std::string> tags;
  for (const std::string& part : split(text, ',')) add_tag(tags, part);
  return tags;
}

}  // namespace sriov
