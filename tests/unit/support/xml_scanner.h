// A strict look at markup: what a parser of XML would stumble over.
#pragma once

#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace sriov::test {

/// "" when tags are balanced, attributes quoted and named once, and '<' and '&' only where they may be; else what is
/// wrong and where. The document type is allowed at the front.
class XmlScanner {
 public:
  static std::string fault(std::string_view text) {
    XmlScanner scanner(text);
    return scanner.scan();
  }

 private:
  explicit XmlScanner(std::string_view text) : text_(text) {}

  std::string at(const std::string& what) const {
    return what + " near: " + std::string(text_.substr(place_ > 40 ? place_ - 40 : 0, 100));
  }

  std::string scan() {
    if (text_.starts_with("<!DOCTYPE html>")) place_ = 15;
    while (place_ < text_.size()) {
      const char c = text_[place_];
      std::string fault;
      if (c == '<')
        fault = tag();
      else if (c == '&')
        fault = entity();
      else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
        fault = at("a control character");
      else
        ++place_;
      if (!fault.empty()) return fault;
    }
    return open_.empty() ? "" : "never closed: " + open_.back();
  }

  std::string entity() {
    for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#x"})
      if (text_.substr(place_).starts_with(known)) {
        place_ += known.size();
        return "";
      }
    return at("an unknown entity");
  }

  std::string name() {
    const std::size_t begin = place_;
    while (place_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[place_])) != 0 ||
                                     text_[place_] == '-' || text_[place_] == ':'))
      ++place_;
    return std::string(text_.substr(begin, place_ - begin));
  }

  void blanks() {
    while (place_ < text_.size() && (text_[place_] == ' ' || text_[place_] == '\n')) ++place_;
  }

  std::string attribute(std::vector<std::string>& seen) {
    const std::string called = name();
    if (called.empty()) return at("no attribute");
    for (const std::string& other : seen)
      if (other == called) return at("twice: " + called);
    seen.push_back(called);
    if (text_.substr(place_, 2) != "=\"") return at("not quoted: " + called);
    const std::size_t end = text_.find('"', place_ + 2);
    if (end == std::string_view::npos || text_.substr(place_, end - place_).find('<') != std::string_view::npos)
      return at("no end of " + called);
    place_ = end + 1;
    return "";
  }

  std::string tag() {
    ++place_;
    const bool closes = place_ < text_.size() && text_[place_] == '/';
    if (closes) ++place_;
    const std::string called = name();
    if (called.empty()) return at("a bare <");
    if (closes) {
      if (open_.empty() || open_.back() != called) return at("closed out of turn: " + called);
      open_.pop_back();
    }
    std::vector<std::string> seen;
    for (blanks(); place_ < text_.size() && text_[place_] != '>' && text_[place_] != '/'; blanks()) {
      if (closes) return at("attributes at an end");
      if (const std::string fault = attribute(seen); !fault.empty()) return fault;
    }
    const bool is_whole = place_ < text_.size() && text_[place_] == '/';
    if (is_whole) ++place_;
    if (place_ >= text_.size() || text_[place_] != '>') return at("no >");
    ++place_;
    if (!closes && !is_whole) open_.push_back(called);
    return "";
  }

  std::string_view text_;
  std::size_t place_ = 0;
  std::vector<std::string> open_;
};

}  // namespace sriov::test
