// Agents that are watched without a workload: their samples as strips, as they come.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "analyzers/strips/strip.h"

namespace sriov::gui {

struct LiveRequest {
  QStringList targets;     ///< As of `record --on`: "local:", "guest=ssh:root@guest1".
  QStringList collectors;  ///< Empty: what `record` takes when none are named.
  std::int64_t interval_ns = 100'000'000;
};

/// Samples on a thread of its own until stop(), the end of this object, or the loss of every agent. An agent that
/// drops off is told, tried again every few seconds, and the others go on.
class LiveFeed : public QObject {
  Q_OBJECT

 public:
  explicit LiveFeed(QObject* parent = nullptr) : QObject(parent) {}
  ~LiveFeed() override { stop(); }

  void start(const LiveRequest& request);
  /// Waits until the agents have been told.
  void stop();
  [[nodiscard]] bool is_running() const { return is_running_; }
  /// What has come since the last call, on the clock of this machine.
  [[nodiscard]] std::vector<Strip> take();

 signals:
  /// take() has something.
  void grew();
  /// One line for the reader: an agent that was lost, a collector that does not work.
  void told(const QString& line);
  /// It has stopped; why, or "" when it was asked to.
  void ended(const QString& why);

 private:
  void watch(const LiveRequest& request, const std::stop_token& stop);
  void hand_over(std::vector<Strip> strips);

  std::jthread thread_;
  std::atomic<bool> is_running_ = false;
  std::mutex mutex_;
  std::vector<Strip> waiting_;
};

}  // namespace sriov::gui
