#include "runner/micro_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov {
namespace {

using ::testing::HasSubstr;

TEST(MicroAnswerText, ANumberWithCycles) {
  const auto answer =
      parse_micro_answer(R"({"name":"cpuid","ns_per_operation":1234.5,"operations":1000,"cycles_per_operation":2469})");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->ns_per_operation, 1234.5);
  EXPECT_EQ(answer->operations, 1000);
  EXPECT_EQ(answer->cycles_per_operation, 2469);
  EXPECT_FALSE(answer->why_not);
}

TEST(MicroAnswerText, ANumberWithout) {
  const auto answer =
      parse_micro_answer(R"({"ns_per_operation":0,"operations":1,"why_no_cycles":"no constant_tsc","new":[1]})");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->ns_per_operation, 0) << "a timer that was not late";
  EXPECT_FALSE(answer->cycles_per_operation);
  EXPECT_EQ(answer->why_no_cycles, "no constant_tsc");
}

TEST(MicroAnswerText, AReason) {
  const auto answer = parse_micro_answer(
      R"({"name":"hypercall","error":{"what":"no /dev/xen/privcmd","where":"","hint":"a Xen domain"}})");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_FALSE(answer->ns_per_operation);
  EXPECT_EQ(answer->why_not->text(), "no /dev/xen/privcmd (a Xen domain)");
  EXPECT_THAT(parse_micro_answer(R"({"error":{}})")->why_not->what, HasSubstr("does not say why"));
}

TEST(MicroAnswerText, NonsenseIsAnError) {
  for (const char* text :
       {"", "{", "null", "[]", "7", "{}", R"({"ns_per_operation":"7","operations":1})", R"({"ns_per_operation":7})",
        R"({"ns_per_operation":-7,"operations":1})", R"({"ns_per_operation":1e999,"operations":1})",
        R"({"ns_per_operation":7,"operations":0})", R"({"ns_per_operation":7,"operations":1e300})",
        R"({"ns_per_operation":7,"operations":1,"error":7,"operations":-1})", "Segmentation fault\n"})
    EXPECT_FALSE(parse_micro_answer(text)) << text;
  EXPECT_EQ(
      parse_micro_answer(R"({"ns_per_operation":7,"operations":1,"cycles_per_operation":-3})")->cycles_per_operation,
      std::nullopt);
}

TEST(MicroListText, EntriesAndTheirReasons) {
  const auto list = parse_micro_list(R"({"benchmarks":[
      {"name":"cpuid","help":"h","hvm_exit":"e","source":"s","unsafe":false,"works":true},
      {"name":"msix_mask","unsafe":true,"works":false,"error":{"what":"w","where":"","hint":""}},
      {"name":"odd"}]})");
  ASSERT_TRUE(list) << list.error().text();
  ASSERT_EQ(list->size(), 3U);
  EXPECT_FALSE((*list)[0].why_not);
  EXPECT_EQ((*list)[0].hvm_exit, "e");
  EXPECT_TRUE((*list)[1].is_unsafe);
  EXPECT_EQ((*list)[1].why_not->what, "w");
  EXPECT_TRUE((*list)[2].why_not) << "what does not say that it works does not";
  for (const char* text :
       {"", "{}", R"({"benchmarks":{}})", R"({"benchmarks":[7]})", R"({"benchmarks":[{"help":""}]})"})
    EXPECT_FALSE(parse_micro_list(text)) << text;
}

}  // namespace
}  // namespace sriov
