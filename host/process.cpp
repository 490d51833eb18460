#include "host/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/process_stat.h"
#include "host/timespec.h"

namespace sriov {
namespace {

constexpr int kFirstOtherFd = 3;
constexpr std::int64_t kPollWithoutPidfdNs = 5 * kNsPerMs;

/// What the child tells its parent through the close-on-exec pipe when it cannot become the program.
struct StartFailure {
  enum class Stage : int { redirect, before_exec, exec };
  Stage stage;
  int number;  ///< errno, or what before_exec returned.
};

/// Everything the child needs, made before fork(): after it only async-signal-safe calls are allowed.
struct ExecPlan {
  std::string program;
  std::vector<char*> arguments;
  const ChildOptions* options = nullptr;
  pid_t parent = -1;
  int report_fd = -1;
};

[[noreturn]] void give_up(const ExecPlan& plan, StartFailure::Stage stage, int number) {
  const StartFailure failure{stage, number};
  const ssize_t ignored = ::write(plan.report_fd, &failure, sizeof failure);
  static_cast<void>(ignored);
  ::_exit(127);
}

/// stdin, stdout and stderr may be given crosswise, so each is first moved out of the way.
bool redirect_standard_fds(const ChildOptions& options) {
  const int null_fd = options.stdin_fd >= 0 ? options.stdin_fd : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const std::array<int, 3> wanted{null_fd, options.stdout_fd, options.stderr_fd};
  std::array<int, 3> moved{-1, -1, -1};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] < 0) continue;
    moved[i] = ::fcntl(wanted[i], F_DUPFD_CLOEXEC, kFirstOtherFd);
    if (moved[i] < 0) return false;
  }
  for (std::size_t i = 0; i < moved.size(); ++i)
    if (moved[i] >= 0 && ::dup2(moved[i], static_cast<int>(i)) < 0) return false;
  return true;
}

/// Descriptors that somebody opened without O_CLOEXEC must not leak into the program.
void limit_inherited_fds(const std::vector<int>& keep_fds) {
  ::syscall(SYS_close_range, static_cast<unsigned>(kFirstOtherFd), ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : keep_fds) ::fcntl(fd, F_SETFD, 0);
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const ExecPlan& plan) {
  const ChildOptions& options = *plan.options;
  if (options.new_session) {
    ::setsid();
  } else {
    ::setpgid(0, 0);
  }
  reset_signals();
  if (!redirect_standard_fds(options)) give_up(plan, StartFailure::Stage::redirect, errno);
  limit_inherited_fds(options.keep_fds);
  if (options.before_exec) {
    const int status = options.before_exec();
    if (status != 0) give_up(plan, StartFailure::Stage::before_exec, status);
  }
  if (options.die_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(127);
  }
  ::execv(plan.program.c_str(), plan.arguments.data());
  give_up(plan, StartFailure::Stage::exec, errno);
}

tl::unexpected<Error> describe(const StartFailure& failure, const std::string& program) {
  switch (failure.stage) {
    case StartFailure::Stage::redirect:
      return fail_errno("cannot redirect the input or output of " + program, failure.number);
    case StartFailure::Stage::before_exec:
      return fail(fmt::format("preparing to run {} failed with status {}", program, failure.number));
    case StartFailure::Stage::exec:
      break;
  }
  return fail_errno("cannot execute " + program, failure.number);
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

bool is_executable_file(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0 && ::access((path + "/.").c_str(), F_OK) != 0;
}

}  // namespace

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      exit_code_(std::exchange(other.exit_code_, -1)),
      reaped_cpu_(other.reaped_cpu_),
      pidfd_(std::move(other.pidfd_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    stop(0);
    pid_ = std::exchange(other.pid_, -1);
    exit_code_ = std::exchange(other.exit_code_, -1);
    reaped_cpu_ = other.reaped_cpu_;
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

Child::~Child() { stop(0); }

Result<Child> Child::start(const Command& command, const ChildOptions& options) {
  if (command.empty()) return fail_usage("cannot run an empty command");
  ExecPlan plan;
  plan.program = find_program(command.front());
  if (plan.program.empty())
    return fail_environment(fmt::format("cannot find the program {}", command.front()), {},
                            "install it or put it into PATH");
  for (const std::string& word : command) plan.arguments.push_back(const_cast<char*>(word.c_str()));
  plan.arguments.push_back(nullptr);
  plan.options = &options;
  plan.parent = ::getpid();

  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) return fail_errno("cannot make a pipe", errno);
  const Fd report_read(report[0]);
  Fd report_write(report[1]);
  plan.report_fd = report_write.get();

  Child child;
  child.pid_ = ::fork();
  if (child.pid_ < 0) return fail_errno("cannot fork to run " + plan.program, errno);
  if (child.pid_ == 0) become(plan);
  report_write.close();
  child.pidfd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));

  StartFailure failure{};
  ssize_t got = 0;
  do got = ::read(report_read.get(), &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof failure)) {
    child.reap();
    return describe(failure, plan.program);
  }
  return child;
}

void Child::reap() {
  if (pid_ <= 0 || exit_code_ >= 0) return;
  int status = 0;
  pid_t reaped = 0;
  rusage used{};
  do reaped = ::wait4(pid_, &status, 0, &used);
  while (reaped < 0 && errno == EINTR);
  exit_code_ = reaped == pid_ ? exit_code_of(status) : 255;
  reaped_cpu_.user_ns = to_ns(used.ru_utime);
  reaped_cpu_.system_ns = to_ns(used.ru_stime);
  reaped_cpu_.total_ns = reaped_cpu_.user_ns + reaped_cpu_.system_ns;
}

/// Does not reap: until then the process group cannot be mistaken for another's.
bool Child::wait_for_exit(std::int64_t timeout_ns) const {
  const std::int64_t start_ns = monotonic_ns();
  while (true) {
    siginfo_t info{};
    const int status = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    if ((status == 0 && info.si_pid == pid_) || (status < 0 && errno != EINTR)) return true;
    const std::int64_t left_ns = timeout_ns - (monotonic_ns() - start_ns);
    if (left_ns <= 0) return false;
    if (!pidfd_.is_open()) {
      sleep_until_ns(monotonic_ns() + std::min(left_ns, kPollWithoutPidfdNs));
      continue;
    }
    pollfd waiting{pidfd_.get(), POLLIN, 0};
    const timespec timeout = to_timespec(left_ns);
    ::ppoll(&waiting, 1, &timeout, nullptr);
  }
}

bool Child::is_running() {
  if (pid_ <= 0 || exit_code_ >= 0) return false;
  if (!wait_for_exit(0)) return true;
  reap();
  return false;
}

Result<int> Child::wait(std::int64_t timeout_ns) {
  if (pid_ <= 0) return fail("there is no child to wait for");
  if (exit_code_ >= 0) return exit_code_;
  if (!wait_for_exit(timeout_ns))
    return fail(fmt::format("process {} still runs after {}", pid_, format_duration(timeout_ns)));
  reap();
  return exit_code_;
}

std::optional<ChildCpuTime> Child::cpu_time() const {
  if (pid_ <= 0) return std::nullopt;
  if (exit_code_ >= 0) return reaped_cpu_;
  clockid_t clock{};
  timespec total{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &total) != 0) return std::nullopt;
  const auto stat = read_process_stat(pid_);
  if (!stat) return std::nullopt;
  ChildCpuTime used;
  used.total_ns = to_ns(total);
  used.user_ns = std::min(used.total_ns, stat->user_ticks * (kNsPerSecond / ::sysconf(_SC_CLK_TCK)));
  used.system_ns = used.total_ns - used.user_ns;
  return used;
}

void Child::signal(int number) const {
  if (pid_ > 0 && exit_code_ < 0) ::kill(pid_, number);
}

void Child::stop(std::int64_t grace_ns) {
  if (pid_ <= 0 || exit_code_ >= 0) return;
  if (grace_ns > 0) {
    ::kill(-pid_, SIGTERM);
    static_cast<void>(wait_for_exit(grace_ns));
  }
  ::kill(-pid_, SIGKILL);
  reap();
}

pid_t Child::detach() {
  pidfd_.close();
  return std::exchange(pid_, -1);
}

std::string find_program(const std::string& name) {
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos) return is_executable_file(name) ? name : std::string();
  const char* path = std::getenv("PATH");
  std::string folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  folders += ":/usr/local/sbin:/usr/sbin:/sbin";
  for (const std::string& folder : split(folders, ':')) {
    std::string candidate = folder;
    candidate.append("/").append(name);
    if (!folder.empty() && is_executable_file(candidate)) return candidate;
  }
  return {};
}

}  // namespace sriov
