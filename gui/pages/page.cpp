#include "gui/pages/page.h"

#include <QGuiApplication>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStackedLayout>
#include <QSvgRenderer>
#include <QVBoxLayout>
#include <algorithm>

namespace sriov::gui {
namespace {

/// An icon of lines in `colour`.
QPixmap drawn(const QString& path, const QColor& colour, int pixels, qreal ratio) {
  const QString svg =
      QStringLiteral(
          "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><path d='%1' fill='none' stroke='%2' "
          "stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/></svg>")
          .arg(path, colour.name());
  QSvgRenderer renderer(svg.toUtf8());
  QPixmap pixmap(QSize(pixels, pixels) * ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  renderer.render(&painter);
  painter.end();
  pixmap.setDevicePixelRatio(ratio);
  return pixmap;
}

}  // namespace

Page::Page() : layers_(new QStackedLayout(this)), heading_(new QLabel), text_(new QLabel), open_(new QPushButton) {
  auto* message = new QWidget;
  auto* column = new QVBoxLayout(message);
  QFont large = heading_->font();
  large.setPointSizeF(large.pointSizeF() * 1.4);
  heading_->setFont(large);
  for (QLabel* label : {heading_, text_}) {
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  open_->setText(tr("Open run…"));
  connect(open_, &QPushButton::clicked, this, &Page::choosing_wanted);
  column->addStretch();
  column->addWidget(heading_);
  column->addWidget(text_);
  column->addWidget(open_, 0, Qt::AlignHCenter);
  column->addStretch();
  layers_->addWidget(message);
}

void Page::set_content(QWidget* content) {
  layers_->addWidget(content);
  show_content();
}

void Page::show_content() { layers_->setCurrentIndex(layers_->count() - 1); }

void Page::show_message(const QString& heading, const QString& text, bool can_open) {
  heading_->setText(heading);
  text_->setText(text);
  open_->setVisible(can_open);
  layers_->setCurrentIndex(0);
}

void Page::show_error(const QString& heading, const Error& error) {
  show_message(heading, QString::fromStdString(error.text()));
}

void Page::set_runs(const RunSet& runs) {
  runs_ = runs;
  runs_are_shown_ = false;
  if (isVisible()) refresh();
}

void Page::set_view_stack(ViewStack* stack) {
  stack_ = stack;
  connect(stack, &ViewStack::changed, this, [this] {
    view_is_shown_ = false;
    if (isVisible()) refresh();
  });
}

void Page::change_view(const ViewState& next, const QString& text, const QString& merge_key) {
  stack_->change(next, text, merge_key);
}

void Page::change_zoom(const QString& name, const FigureZoom& zoom) {
  ViewState next = view();
  if (zoom == FigureZoom{})
    next.zoom.remove(name);
  else
    next.zoom[name] = zoom;
  change_view(next, tr("Zoom"));
}

void Page::watch(BackgroundJob& job) {
  jobs_.push_back(&job);
  connect(&job, &BackgroundJob::running_changed, this, &Page::working_changed);
}

bool Page::is_working() const {
  return std::ranges::any_of(jobs_, [](const BackgroundJob* job) { return job->is_running(); });
}

void Page::cancel_work() {
  for (BackgroundJob* job : jobs_) job->cancel();
}

void Page::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

void Page::refresh() {
  if (stack_ == nullptr || (runs_are_shown_ && view_is_shown_)) return;
  const bool are_other_runs = !runs_are_shown_;
  runs_are_shown_ = true;
  view_is_shown_ = true;
  if (needs_runs() && runs_.is_empty()) {
    QString problems;
    for (const Error& error : runs_.problems()) problems += QString::fromStdString(error.text()) + QLatin1Char('\n');
    if (problems.isEmpty())
      show_message(tr("No run is open"),
                   tr("Open a directory that `sriov-bench run -o DIR` wrote, drag it here, or choose one on the page "
                      "Runs."),
                   true);
    else
      show_message(tr("This could not be opened"), problems, true);
    emit exports_changed();
    return;
  }
  if (are_other_runs)
    show_runs(runs_);
  else
    show_view(stack_->state());
}

QIcon Page::icon() const {
  constexpr int kPixels = 24;
  QIcon icon;
  const qreal ratio = qGuiApp->devicePixelRatio();
  icon.addPixmap(drawn(icon_path(), palette().color(QPalette::Text), kPixels, ratio), QIcon::Normal);
  icon.addPixmap(drawn(icon_path(), palette().color(QPalette::HighlightedText), kPixels, ratio), QIcon::Selected);
  return icon;
}

}  // namespace sriov::gui
