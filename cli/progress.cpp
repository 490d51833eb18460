#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"

namespace sriov::cli {
namespace {

constexpr std::int64_t kRedrawNs = 200 * kNsPerMs;
constexpr int kBarWidth = 20;
constexpr double kEnoughToEstimate = 0.02;

std::string bar(double fraction) {
  const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * kBarWidth);
  return fmt::format("[{:#<{}}{:.<{}}] {:3.0f} %", "", full, "", kBarWidth - full, fraction * 100);
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

/// Whole seconds: fractions of them would only flicker.
std::string seconds(std::int64_t ns) {
  return ns < kNsPerSecond ? "0 s" : format_duration(ns / kNsPerSecond * kNsPerSecond);
}

}  // namespace

ProgressLine::ProgressLine() : is_terminal_(isatty(STDERR_FILENO) == 1), begin_ns_(monotonic_ns()) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(const Stage& stage) {
  if (!is_terminal_) return;
  const std::int64_t now = monotonic_ns();
  if (stage.name == stage_ && now - drawn_ns_ < kRedrawNs) return;
  const std::string text = line(stage, now).substr(0, terminal_width() - 1);
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  stage_ = stage.name;
  drawn_ns_ = now;
  is_drawn_ = true;
}

void ProgressLine::say(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", text);
}

void ProgressLine::clear() {
  if (!is_drawn_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  is_drawn_ = false;
  stage_.clear();
}

std::string ProgressLine::line(const Stage& stage, std::int64_t now_ns) {
  const std::string elapsed = seconds(now_ns - begin_ns_);
  if (stage.fraction < 0) return fmt::format("{} … {}", elapsed, stage.name);
  if (last_fraction_ < 0 || stage.fraction < last_fraction_) {
    counted_since_ns_ = now_ns;
    counted_from_ = stage.fraction;
  }
  last_fraction_ = stage.fraction;
  std::string left;
  const double advanced = stage.fraction - counted_from_;
  if (advanced > kEnoughToEstimate) {
    const double per_fraction = static_cast<double>(now_ns - counted_since_ns_) / advanced;
    left = ", " + seconds(static_cast<std::int64_t>(per_fraction * (1 - stage.fraction))) + " left";
  }
  return fmt::format("{} {}{}  {}", bar(stage.fraction), elapsed, left, stage.name);
}

}  // namespace sriov::cli
