// Commands that change nothing.
#include <nlohmann/json.hpp>

#include "harness.h"
#include "host/file.h"

namespace sriov::integration {
namespace {

using testing::HasSubstr;

class CommandTest : public BenchTest {};

TEST_F(CommandTest, ListsAreTextAndJson) {
  for (const char* what : {"collectors", "workloads", "metrics", "testbeds", "knobs"}) {
    SCOPED_TRACE(what);
    const CommandOutput text = bench({"list", what});
    EXPECT_EQ(text.exit_code, 0);
    const auto json = nlohmann::json::parse(bench({"list", what, "--json"}).out, nullptr, false);
    ASSERT_TRUE(json.is_array());
    ASSERT_FALSE(json.empty());
    for (const auto& row : json) EXPECT_THAT(text.out, HasSubstr(row.at("name").get<std::string>()));
  }
}

TEST_F(CommandTest, CompletionScriptsAreValidAndKnowEveryCommand) {
  const CommandOutput help = bench({"--help"});
  const CommandOutput script = bench({"completion", "bash"});
  ASSERT_EQ(script.exit_code, 0);
  const std::string path = directory() + "/completion.bash";
  ASSERT_TRUE(write_file(path, script.out));
  LocalShell shell;
  const auto offered =
      shell.output_of({"bash", "-c",
                       "source " + path +
                           "; COMP_WORDS=(sriov-bench ru); COMP_CWORD=1; _sriov_bench; "
                           "echo ${COMPREPLY[@]}; COMP_WORDS=(sriov-bench run --re); COMP_CWORD=2; _sriov_bench; "
                           "echo ${COMPREPLY[@]}; COMP_WORDS=(sriov-bench workload client --message); COMP_CWORD=3; "
                           "_sriov_bench; echo ${COMPREPLY[@]}"});
  ASSERT_TRUE(offered) << offered.error().text();
  EXPECT_EQ(*offered, "run\n--resume\n--message-bytes\n");
  for (const char* other : {"zsh", "fish"})
    EXPECT_THAT(bench({"completion", other}).out, testing::AllOf(HasSubstr("restore"), HasSubstr("message-bytes")));
}

TEST_F(CommandTest, DryRunPrintsThePlan) {
  const CommandOutput output = bench({"run", "smoke", "--testbed", "netns", "--dry-run", "--json"});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(nlohmann::json::parse(output.out).at("trials").size(), 8U);
}

TEST_F(CommandTest, NothingToRestore) {
  const CommandOutput output = bench({"restore"});
  EXPECT_EQ(output.exit_code, 0);
  EXPECT_EQ(output.out, "nothing to restore\n");
}

}  // namespace
}  // namespace sriov::integration
