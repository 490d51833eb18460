// `sriov-bench run` as a child of the window: the same command that a user types.
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace sriov::gui {

struct RunOrder {
  QString experiment;  ///< A file, or the name of a shipped one.
  QString testbed;     ///< "" = the experiment's own.
  QString overrides;   ///< "duration=2s repetitions=3": KEY=VALUE, separated by spaces.
  QString directory;   ///< Of the result.
  bool resume = false;
  bool live = false;  ///< Samples can be seen while a trial runs (RunStrips).
};

/// The arguments after `sriov-bench`.
[[nodiscard]] QStringList run_arguments(const RunOrder& order);

class RunCommand : public QObject {
  Q_OBJECT

 public:
  explicit RunCommand(QObject* parent = nullptr);
  /// A run that is under way is asked to stop and waited for: what it did is kept, what it changed is put back.
  ~RunCommand() override;

  void start(const RunOrder& order);
  /// As Ctrl-C: the trial under way is given up, those before are kept.
  void stop();
  [[nodiscard]] bool is_running() const { return process_.state() != QProcess::NotRunning; }

 signals:
  void told(const QString& line);
  /// It is over; what its exit code means.
  void ended(const QString& meaning);

 private:
  void pass_on();

  QProcess process_;
};

}  // namespace sriov::gui
