#include "gui/models/run_process.h"

#include <csignal>

#include "host/data_files.h"

namespace sriov::gui {
namespace {

constexpr int kFarewellMs = 60'000;

QString meaning_of(int exit_code) {
  switch (exit_code) {
    case 0:
      return RunCommand::tr("All trials are valid.");
    case 2:
      return RunCommand::tr("Something in the form is wrong: see below.");
    case 3:
      return RunCommand::tr("This machine lacks something: see below.");
    case 4:
      return RunCommand::tr("No trial is valid.");
    case 5:
      return RunCommand::tr("Stopped early, or some trials failed; what was done is kept. Resume finishes it.");
    default:
      return RunCommand::tr("It failed (exit code %1): see below.").arg(exit_code);
  }
}

}  // namespace

QStringList run_arguments(const RunOrder& order) {
  QStringList arguments{"run", order.experiment, "-o", order.directory, "-v"};
  if (!order.testbed.isEmpty()) arguments << "--testbed" << order.testbed;
  for (const QString& one : order.overrides.split(' ', Qt::SkipEmptyParts)) arguments << "--set" << one;
  if (order.live) arguments << "--live";
  if (order.resume) arguments << "--resume";
  return arguments;
}

RunCommand::RunCommand(QObject* parent) : QObject(parent) {
  process_.setProcessChannelMode(QProcess::MergedChannels);
  connect(&process_, &QProcess::readyRead, this, &RunCommand::pass_on);
  connect(&process_, &QProcess::finished, this, [this](int exit_code, QProcess::ExitStatus status) {
    pass_on();
    emit ended(status == QProcess::NormalExit ? meaning_of(exit_code) : tr("It crashed."));
  });
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart)
      emit ended(tr("sriov-bench cannot be started: %1").arg(process_.errorString()));
  });
}

RunCommand::~RunCommand() {
  disconnect(&process_, nullptr, this, nullptr);
  if (!is_running()) return;
  stop();
  process_.waitForFinished(kFarewellMs);
}

void RunCommand::start(const RunOrder& order) {
  if (is_running()) return;
  const auto program = companion_program("sriov-bench");
  if (!program) {
    emit ended(QString::fromStdString(program.error().text()));
    return;
  }
  process_.start(QString::fromStdString(*program), run_arguments(order));
}

void RunCommand::stop() {
  if (process_.processId() > 0) ::kill(static_cast<pid_t>(process_.processId()), SIGINT);
}

void RunCommand::pass_on() {
  while (process_.canReadLine() || (!is_running() && process_.bytesAvailable() > 0))
    emit told(QString::fromUtf8(process_.readLine()).trimmed());
}

}  // namespace sriov::gui
