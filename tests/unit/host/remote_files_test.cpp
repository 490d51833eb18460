#include "host/remote_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RemoteFiles, ReadDirectoriesLinksAndNumbers) {
  const test::WrittenTree tree;
  tree.write("/folder/b", " 12\n");
  tree.write("/folder/a", "many\n");
  tree.link("/driver", "../../bus/pci/drivers/igb");
  LocalShell shell;
  EXPECT_THAT(list_directory(shell, tree.path() + "/folder"), ElementsAre("a", "b"));
  EXPECT_EQ(link_name(shell, tree.path() + "/driver"), "igb");
  EXPECT_EQ(link_name(tree.path() + "/driver"), "igb");
  EXPECT_EQ(read_word(shell, tree.path() + "/folder/b"), "12");
  EXPECT_EQ(read_number(shell, tree.path() + "/folder/b").value(), 12);
  const auto many = read_number(shell, tree.path() + "/folder/a");
  ASSERT_FALSE(many);
  EXPECT_THAT(many.error().text(), HasSubstr("'many' is not a number"));
}

TEST(RemoteFiles, WhatIsNotThere) {
  LocalShell shell;
  EXPECT_FALSE(try_list_directory(shell, "/no/such/folder"));
  EXPECT_THAT(list_directory(shell, "/no/such/folder"), IsEmpty());
  EXPECT_EQ(link_name(shell, "/no/such/link"), "");
  EXPECT_EQ(link_name("/no/such/link"), "");
  EXPECT_EQ(read_word(shell, "/no/such/file"), "");
  EXPECT_FALSE(read_number(shell, "/no/such/file"));
}

}  // namespace
}  // namespace sriov
