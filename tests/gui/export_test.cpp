// Figures as files, by the program as a script calls it.
#include <QImage>
#include <QSvgRenderer>

#include <gmock/gmock.h>

#include "host/file.h"
#include "host/shell.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kTimeout_ns = 60'000'000'000;

class ExportTest : public testing::Test {
 protected:
  ExportTest() { EXPECT_TRUE(test::make_synthetic_run(run_, true)); }
  [[nodiscard]] static CommandOutput gui(const Command& words) {
    Command command{SRIOV_GUI};
    command.insert(command.end(), words.begin(), words.end());
    LocalShell shell;
    const auto output = shell.run(command, kTimeout_ns);
    EXPECT_TRUE(output) << (output ? "" : output.error().text());
    return output ? *output : CommandOutput{-1, "", ""};
  }

  test::TemporaryDirectory directory_;
  std::string run_ = directory_.path() + "/run";
};

TEST_F(ExportTest, SvgIsAFigureThatSaysItIsEmulated) {
  const std::string file = directory_.path() + "/chart.svg";
  const CommandOutput output = gui({"--export", "throughput_bps", "--run", run_, "-o", file});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_TRUE(QSvgRenderer(QString::fromStdString(file)).isValid());
  const std::string text = read_file(file).value();
  EXPECT_NE(text.find("netfront"), std::string::npos);
  EXPECT_NE(text.find("EMULATED"), std::string::npos);
}

TEST_F(ExportTest, PngHasPixelsOfMoreThanOneColour) {
  const std::string file = directory_.path() + "/chart.png";
  ASSERT_EQ(gui({"--export", "throughput_bps", "--run", run_, "-o", file}).exit_code, 0);
  const QImage image(QString::fromStdString(file));
  ASSERT_FALSE(image.isNull());
  bool differs = false;
  for (int x = 0; x < image.width() && !differs; ++x) differs = image.pixel(x, image.height() / 2) != image.pixel(0, 0);
  EXPECT_TRUE(differs);
}

TEST_F(ExportTest, WrongWordsAreNamed) {
  const CommandOutput metric = gui({"--export", "throughput_bp", "--run", run_, "-o", directory_.path() + "/x.svg"});
  EXPECT_EQ(metric.exit_code, 2);
  EXPECT_THAT(metric.err, HasSubstr("did you mean throughput_bps?"));
  const CommandOutput missing = gui({"--export", "throughput_bps", "--run", run_ + "-none", "-o", "x.svg"});
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.err, HasSubstr("run-none"));
  const CommandOutput ending = gui({"--export", "throughput_bps", "--run", run_, "-o", directory_.path() + "/x.bmpx"});
  EXPECT_NE(ending.exit_code, 0);
  EXPECT_THAT(ending.err, HasSubstr("svg"));
}

}  // namespace
}  // namespace sriov::gui
