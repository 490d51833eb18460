#include "gui/models/findings_text.h"

#include "analyzers/explanations/explanation.h"
#include "report/text/render_findings.h"

namespace sriov::gui {
namespace {

Result<std::string> text_of(const QString& directory, const std::vector<std::string>& only) {
  SRIOV_ASSIGN(const Store store, Store::open(directory.toStdString()));
  SRIOV_ASSIGN(const RunData data, RunData::load(store));
  SRIOV_ASSIGN(const std::vector<NamedFinding> findings, explain(data, only));
  return render_findings(data, findings, {});
}

}  // namespace

QString findings_text(const RunSet& runs, const std::vector<std::string>& only, JobControl& control) {
  QString out;
  for (const OpenRun& run : runs.runs()) {
    if (control.is_cancelled()) return out;
    const auto text = text_of(run.directory, only);
    if (runs.runs().size() > 1) out += QStringLiteral("== %1\n\n").arg(run.directory);
    out += QString::fromStdString(text ? *text : text.error().text()) + QLatin1Char('\n');
  }
  return out;
}

}  // namespace sriov::gui
