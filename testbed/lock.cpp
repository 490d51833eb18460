#include "testbed/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "host/journal.h"

namespace sriov {

Result<TestbedLock> TestbedLock::take(const std::string& testbed, const std::string& purpose) {
  const std::string directory = Journal::directory();
  SRIOV_TRY(make_directories(directory));
  const std::string path = fmt::format("{}/testbed-{}.lock", directory, testbed);
  Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.is_open()) return fail_errno("cannot open the testbed's lock", errno, path);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail_errno("cannot lock the testbed", errno, path);
    const std::string holder = read_word(path);
    return fail(fmt::format("testbed '{}' is in use by {}", testbed, holder.empty() ? "another process" : holder), "",
                "wait for it to end, or stop it");
  }
  const std::string holder = fmt::format("pid {} ({})\n", getpid(), purpose);
  // The text is for the refused one only; the lock itself holds without it.
  if (ftruncate(fd.get(), 0) != 0 || pwrite(fd.get(), holder.data(), holder.size(), 0) < 0)
    return fail_errno("cannot write the testbed's lock", errno, path);
  return TestbedLock(std::move(fd));
}

}  // namespace sriov
