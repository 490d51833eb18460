// How many datagrams a sender owes now, and how long they are.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "workloads/engine/arrivals.h"
#include "workloads/engine/pacer.h"

namespace sriov {

class SendSchedule {
 public:
  virtual ~SendSchedule() = default;
  /// Datagrams that should have left by `now_ns` and have not, all of the same length.
  [[nodiscard]] virtual std::int64_t due(std::int64_t now_ns) = 0;
  /// When the next one is due, when none is.
  [[nodiscard]] virtual std::int64_t next_ns() const = 0;
  virtual void sent(std::int64_t datagrams) = 0;
  /// Length of those that are due; 0 = message_bytes.
  [[nodiscard]] virtual std::int64_t bytes() const { return 0; }
  /// Time from one to the next where it is always the same; 0 where it is not.
  [[nodiscard]] virtual double interval_ns() const { return 0; }
};

/// As fast as it goes.
class Flood : public SendSchedule {
 public:
  std::int64_t due(std::int64_t /*now_ns*/) override { return kPlenty; }
  std::int64_t next_ns() const override { return 0; }
  void sent(std::int64_t /*datagrams*/) override {}

 private:
  static constexpr std::int64_t kPlenty = 1 << 20U;
};

/// At a payload rate.
class Paced : public SendSchedule {
 public:
  explicit Paced(const Pacer& pacer) : pacer_(pacer) {}
  std::int64_t due(std::int64_t now_ns) override { return pacer_.due(now_ns); }
  std::int64_t next_ns() const override { return pacer_.next_ns(); }
  void sent(std::int64_t datagrams) override { pacer_.sent(datagrams); }
  double interval_ns() const override { return pacer_.interval_ns(); }

 private:
  Pacer pacer_;
};

/// At times that are drawn or recorded. What is late is owed whole: a burst is what is measured.
class Arriving : public SendSchedule {
 public:
  /// `lengths_bytes`: of the datagrams, over and over; empty = message_bytes always.
  Arriving(std::unique_ptr<Arrivals> arrivals, std::vector<std::int64_t> lengths_bytes)
      : arrivals_(std::move(arrivals)), lengths_bytes_(std::move(lengths_bytes)) {}
  std::int64_t due(std::int64_t now_ns) override { return arrivals_->next_ns() <= now_ns ? 1 : 0; }
  std::int64_t next_ns() const override { return arrivals_->next_ns(); }
  void sent(std::int64_t datagrams) override {
    for (std::int64_t i = 0; i < datagrams; ++i) arrivals_->advance();
    if (!lengths_bytes_.empty()) at_ = (at_ + static_cast<std::size_t>(datagrams)) % lengths_bytes_.size();
  }
  std::int64_t bytes() const override { return lengths_bytes_.empty() ? 0 : lengths_bytes_[at_]; }

 private:
  std::unique_ptr<Arrivals> arrivals_;
  std::vector<std::int64_t> lengths_bytes_;
  std::size_t at_ = 0;
};

}  // namespace sriov
