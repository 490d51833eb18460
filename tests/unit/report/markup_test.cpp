#include "report/html/markup.h"

#include <gtest/gtest.h>

#include "report/html/inline_figure.h"
#include "tests/unit/support/xml_scanner.h"

namespace sriov::html {
namespace {

using test::XmlScanner;

TEST(Markup, WhatMeansSomethingToHtmlIsEscaped) {
  EXPECT_EQ(escape("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(escape("µs → 95 %, 東京, 😀"), "µs → 95 %, 東京, 😀");
}

TEST(Markup, WhatIsNoTextBecomesTheReplacementCharacter) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(escape(std::string("a\0b", 3)), "a" + r + "b");
  EXPECT_EQ(escape("\x1b[31m\n\t"), r + "[31m\n\t");
  EXPECT_EQ(escape("\xC3"), r) << "cut off";
  EXPECT_EQ(escape("\xC0\xBC"), r + r) << "an overlong '<'";
  EXPECT_EQ(escape("\xED\xA0\x80"), r + r + r) << "a surrogate";
  EXPECT_EQ(escape("\xF4\x90\x80\x80"), r + r + r + r) << "beyond Unicode";
  EXPECT_EQ(escape("\xEF\xBF\xBF"), r + r + r) << "no character of XML";
  EXPECT_EQ(escape("\xC2\x85"), r + r) << "a C1 control";
}

TEST(Markup, TablesHaveHeadersInBothDirections) {
  Table table("what it shows", {"Metric", "<vf>"});
  table.add_row({"a&b", "1"}, "better");
  const std::string text = table.text();
  EXPECT_EQ(XmlScanner::fault(text), "");
  EXPECT_NE(text.find("<caption>what it shows</caption>"), std::string::npos);
  EXPECT_NE(text.find("<th scope=\"col\">&lt;vf&gt;</th>"), std::string::npos);
  EXPECT_NE(text.find("<th scope=\"row\">a&amp;b</th><td class=\"better\">1</td>"), std::string::npos);
}

TEST(XmlScannerItself, FindsFaults) {
  for (const char* wrong : {"<a>", "<a></b>", "<a b=c></a>", "<a b=\"1\" b=\"2\"></a>", "a & b", "a < b", "</a>"})
    EXPECT_NE(XmlScanner::fault(wrong), "") << wrong;
  EXPECT_EQ(XmlScanner::fault("<!DOCTYPE html>\n<a b=\"1\">&amp;<c/></a>"), "");
}

constexpr const char* kSvg =
    "<?xml version=\"1.0\"?>\n<svg width=\"85mm\" height=\"50mm\"\n viewBox=\"0 0 9 5\"\n "
    "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"  version=\"1.2\" "
    "baseProfile=\"tiny\">\n<title>A &lt;b&gt; &amp; c</title>\n<desc>Note</desc>\n<g stroke=\"black\" >\n<g "
    "fill=\"none\">\n</g>\n\n<g fill=\"#000000\"><text>x</text></g><g fill=\"#ffffff\"><path "
    "d=\"M0\"/></g></g>\n</svg>\n";

TEST(InlineFigure, TakesTheInkOfThePageAndNamesNoNamespace) {
  const auto figure = inline_figure(kSvg);
  ASSERT_TRUE(figure);
  EXPECT_EQ(figure->title, "A <b> & c");
  EXPECT_EQ(figure->note, "Note");
  EXPECT_EQ(XmlScanner::fault(figure->svg), "");
  EXPECT_EQ(figure->svg.find("http"), std::string::npos);
  EXPECT_EQ(figure->svg.find("#000000"), std::string::npos);
  EXPECT_NE(figure->svg.find("role=\"img\""), std::string::npos);
  EXPECT_NE(figure->svg.find("fill=\"currentColor\"><text>x"), std::string::npos);
  EXPECT_EQ(figure->svg.find("fill=\"none\""), std::string::npos) << "a group around nothing";
  const std::string markup = figures_markup({*figure});
  EXPECT_NE(markup.find("<figcaption>A &lt;b&gt; &amp; c. Note</figcaption>"), std::string::npos);
}

TEST(InlineFigure, WhatIsNoDrawingOrWouldLoadSomethingIsRefused) {
  EXPECT_FALSE(inline_figure(""));
  EXPECT_FALSE(inline_figure("<html></html>"));
  EXPECT_FALSE(inline_figure("</svg><svg>"));
  EXPECT_FALSE(inline_figure("<svg><script>x</script></svg>"));
  EXPECT_FALSE(inline_figure("<svg><image href=\"x\"/></svg>"));
  EXPECT_FALSE(inline_figure("<svg><SCRIPT/></svg>"));
  EXPECT_FALSE(inline_figure("<svg onLoad = \"x\"><g/></svg>"));
  EXPECT_FALSE(inline_figure("<svg><g\nonclick='x'/></svg>"));
  EXPECT_TRUE(inline_figure("<svg><text font=\"a\">path one=1</text></svg>"));
}

}  // namespace
}  // namespace sriov::html
