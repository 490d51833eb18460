#include "report/text/text_table.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

TEST(TextTable, AlignsUtf8) {
  EXPECT_EQ(display_width("µs ± 1"), 6U);
  EXPECT_EQ(display_width("\x1b[1mbold\x1b[0m"), 4U);
  EXPECT_EQ(display_width("表"), 2U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
  TextTable table({{"name", Align::left}, {"value", Align::right}});
  table.add_row({"µ", "1"});
  table.add_row({"longer", "± 22"});
  EXPECT_EQ(table.text({}), "  name    value\n  µ           1\n  longer   ± 22\n");
  EXPECT_NE(table.text({true}).find("\x1b[1m"), std::string::npos);
}

}  // namespace
}  // namespace sriov
