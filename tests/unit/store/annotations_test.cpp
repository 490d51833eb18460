#include "store/annotations.h"

#include <gmock/gmock.h>

#include "host/file.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AnnotationsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string file() const { return directory_.path() + "/annotations.json"; }
  [[nodiscard]] std::string refusal(const std::string& text) const {
    const auto parsed = parse_annotations(text, "notes");
    return parsed ? "" : parsed.error().text();
  }

  test::TemporaryDirectory directory_;
};

TEST_F(AnnotationsTest, WhatIsWrittenIsReadBack) {
  const Annotations written{{"baseline", "64k"}, "before the firmware \"2.1\", 東"};
  ASSERT_TRUE(write_annotations(directory_.path(), written));
  const auto read = read_annotations(directory_.path());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, written);
}

TEST_F(AnnotationsTest, NoneIsNoFile) {
  EXPECT_EQ(read_annotations(directory_.path()).value(), Annotations{});
  ASSERT_TRUE(write_annotations(directory_.path(), {{"x"}, ""}));
  EXPECT_TRUE(exists(file()));
  ASSERT_TRUE(write_annotations(directory_.path(), {}));
  EXPECT_FALSE(exists(file()));
  EXPECT_TRUE(write_annotations(directory_.path(), {})) << "there was nothing to remove";
}

TEST_F(AnnotationsTest, TextThatIsNoUtf8IsWrittenWithReplacements) {
  ASSERT_TRUE(write_annotations(directory_.path(), {{}, "a\xff"}));
  EXPECT_EQ(read_annotations(directory_.path()).value().note, "a\xEF\xBF\xBD");
}

TEST_F(AnnotationsTest, OtherFilesAreRefusedWithTheirName) {
  EXPECT_THAT(refusal("no json"), HasSubstr("notes: this is no JSON object"));
  EXPECT_THAT(refusal("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal("{}"), HasSubstr("not annotations of format 1"));
  EXPECT_THAT(refusal(R"({"format":2})"), HasSubstr("not annotations of format 1"));
  EXPECT_THAT(refusal(R"({"format":1,"note":3})"), HasSubstr("the note is no text"));
  EXPECT_THAT(refusal(R"({"format":1,"tags":"a"})"), HasSubstr("the tags are no list"));
  EXPECT_THAT(refusal(R"({"format":1,"tags":["a",1]})"), HasSubstr("the tags are no list"));
  EXPECT_EQ(refusal(R"({"format":1,"later":true})"), "");
}

TEST_F(AnnotationsTest, TagsAreTrimmedAndWithoutDoubles) {
  EXPECT_THAT(parse_tags(" a, b c ,,a"), ElementsAre("a", "b c"));
  EXPECT_THAT(parse_tags(" , "), IsEmpty());
  EXPECT_THAT(parse_annotations(R"({"format":1,"tags":[" a","a",""]})", "").value().tags, ElementsAre("a"));
}

}  // namespace
}  // namespace sriov
