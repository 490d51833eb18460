#include "host/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "host/file.h"
#include "host/journal_format.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JournalTest : public testing::Test {
 protected:
  /// An entry whose undo appends `word` to the log.
  [[nodiscard]] JournalEntry logging(const std::string& word) const {
    return {"change " + word, {{"sh", "-c", "echo \"$0\" >> " + log_, word}}};
  }
  [[nodiscard]] std::string only_file() const {
    const auto names = list_directory(directory_);
    return names.size() == 1 ? directory_ + "/" + names.front() : "";
  }
  /// Records entries in a process that then dies by kill -9.
  void record_and_die(const std::vector<JournalEntry>& entries) const {
    const pid_t child = ::fork();
    if (child == 0) {
      auto journal = Journal::open(directory_, "test");
      if (!journal) ::_exit(1);
      for (const JournalEntry& entry : entries)
        if (!journal->record(entry)) ::_exit(1);
      ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  test::TemporaryDirectory temporary_;
  const std::string root_ = temporary_.path();
  const std::string directory_ = root_ + "/state";
  const std::string log_ = root_ + "/log";
  LocalShell shell_;
};

TEST_F(JournalTest, RestoresNewestFirstAndRemovesTheFile) {
  auto journal = Journal::open(directory_, "test");
  ASSERT_TRUE(journal) << journal.error().text();
  ASSERT_TRUE(journal->record(logging("first")));
  ASSERT_TRUE(
      journal->record({"two commands", {{"sh", "-c", "echo 2a >> " + log_}, {"sh", "-c", "echo 2b >> " + log_}}}));
  ASSERT_TRUE(journal->record(logging("tab\there\\ and\nnewline")));
  const auto restored = journal->restore(shell_);
  ASSERT_TRUE(restored) << restored.error().text();
  EXPECT_EQ(read_file(log_).value(), "tab\there\\ and\nnewline\n2a\n2b\nfirst\n");
  EXPECT_THAT(*restored, ElementsAre("change tab\there\\ and\nnewline", "two commands", "change first"));
  EXPECT_THAT(list_directory(directory_), IsEmpty());
  EXPECT_FALSE(journal->record(logging("late")));
}

TEST_F(JournalTest, SurvivesKillNine) {
  record_and_die({logging("a"), logging("b")});
  const auto left = Journal::abandoned(directory_);
  ASSERT_EQ(left.size(), 1U);
  const auto restored = Journal::restore_file(left.front(), shell_);
  ASSERT_TRUE(restored) << restored.error().text();
  EXPECT_THAT(*restored, ElementsAre("change b", "change a"));
  EXPECT_EQ(read_file(log_).value(), "b\na\n");
  EXPECT_THAT(Journal::abandoned(directory_), IsEmpty());
}

TEST_F(JournalTest, OfALivingProcessIsNotAbandoned) {
  auto journal = Journal::open(directory_, "run smoke");
  ASSERT_TRUE(journal->record(logging("a")));
  EXPECT_THAT(Journal::abandoned(directory_), IsEmpty());
  const auto refused = Journal::restore_file(only_file(), shell_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("run smoke"));
  EXPECT_FALSE(exists(log_));
}

TEST_F(JournalTest, AReusedPidIsNotItsOwner) {
  JournalOwner owner = this_process("old");
  ASSERT_TRUE(is_alive(owner));
  owner.start_ticks -= 1;
  EXPECT_FALSE(is_alive(owner));
  owner = this_process("other boot");
  owner.boot_id = "00000000-0000-0000-0000-000000000000";
  EXPECT_FALSE(is_alive(owner));
}

TEST_F(JournalTest, UndoesWhatItCanOfADamagedFile) {
  record_and_die({logging("a"), logging("b"), logging("c")});
  const std::string path = only_file();
  std::string contents = read_file(path).value();
  const std::size_t b = contents.find("change b");
  ASSERT_NE(b, std::string::npos);
  contents[b] = 'X';
  contents += "0123456789abcdef\tentry\t0\ttorn";  // No newline: the crash came while it was written.
  ASSERT_TRUE(write_file(path, contents));
  const auto restored = Journal::restore_file(path, shell_);
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().text(), HasSubstr("1 damaged line"));
  EXPECT_EQ(read_file(log_).value(), "c\na\n");
  EXPECT_FALSE(exists(path));
  EXPECT_EQ(read_file(path + ".damaged").value(), contents);
  EXPECT_THAT(Journal::abandoned(directory_), IsEmpty());
}

TEST_F(JournalTest, ParsesAnything) {
  EXPECT_THAT(parse_journal("").entries, IsEmpty());
  EXPECT_EQ(parse_journal("\n\n\t\n").damaged_lines, 3);
  EXPECT_FALSE(is_alive(parse_journal("rubbish\n").owner));
  const std::string entry = encode_entry({logging("a"), 2});
  const ParsedJournal parsed = parse_journal(encode_header(this_process("x")) + entry);
  ASSERT_EQ(parsed.entries.size(), 1U);
  EXPECT_EQ(parsed.entries[0].attempts, 2);
  EXPECT_EQ(parsed.entries[0].entry.undo, logging("a").undo);
}

TEST_F(JournalTest, KeepsOnlyWhatFailedAndGivesUpInTheEnd) {
  record_and_die({logging("a"), {"stubborn", {{"sh", "-c", "echo busy >&2; exit 1"}}}});
  const std::string path = only_file();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(Journal::abandoned(directory_).size(), 1U);
    const auto restored = Journal::restore_file(path, shell_);
    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().text(), HasSubstr("stubborn"));
    EXPECT_THAT(restored.error().text(), HasSubstr("busy"));
    EXPECT_EQ(read_file(log_).value(), "a\n");
  }
  EXPECT_THAT(Journal::abandoned(directory_), IsEmpty());
}

TEST_F(JournalTest, RefusesFilesThatOthersCanWrite) {
  record_and_die({logging("a")});
  ASSERT_EQ(::chmod(only_file().c_str(), 0666), 0);
  EXPECT_FALSE(Journal::restore_file(only_file(), shell_));
  EXPECT_FALSE(exists(log_));
}

// Journals of other builds are read too.
TEST(JournalFormat, IsWhatItWas) {
  EXPECT_EQ(encode_entry({{"VFs\tof\\eth0", {{"ip", "link"}, {"true"}}}, 2}),
            "798ac64f1061d8ab\tentry\t2\tVFs\\tof\\\\eth0\t2\tip\tlink\t1\ttrue\n");
}

TEST(JournalOwner, IsAliveOnlyWithItsStartTime) {
  JournalOwner owner = this_process("test");
  EXPECT_GT(owner.start_ticks, 0);
  EXPECT_TRUE(is_alive(owner));
  --owner.start_ticks;
  EXPECT_FALSE(is_alive(owner));
  owner = this_process("test");
  owner.boot_id = "another";
  EXPECT_FALSE(is_alive(owner));
}

}  // namespace
}  // namespace sriov
