#include "report/latex/pgfplots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace sriov {
namespace {

/// As gui/figures/style.cpp: Okabe and Ito's colours, with marks and dashes that differ without them.
constexpr std::array<std::string_view, 8> kColours{"0072B2", "E69F00", "009E73", "D55E00",
                                                   "56B4E9", "CC79A7", "F0E442", "999999"};
constexpr std::array<std::string_view, 4> kMarks{"*", "square*", "triangle*", "diamond*"};
constexpr std::array<std::string_view, 4> kDashes{"solid", "dashed", "densely dotted", "dashdotted"};

constexpr std::array<std::string_view, 4> kPatterns{"", "north east lines", "north west lines", "crosshatch"};
constexpr double kMostTimes = 3;     // A whisker beyond this many times the longest bar is cut.
constexpr double kMostChange = 400;  // Percent; what changed more is drawn to the edge.

bool is_stacked(const FigureData& data) { return data.chart == "cpu-stack"; }
bool is_horizontal(const FigureData& data) { return is_stacked(data) || data.chart == "ratios"; }
bool is_bars(const FigureData& data) { return is_stacked(data) || data.chart == "comparison-bars"; }

std::string places(const FigureData& data, char axis) {
  std::string numbers;
  std::string labels;
  for (std::size_t i = 0; i < data.categories.size(); ++i) {
    numbers += fmt::format("{}{}", i == 0 ? "" : ",", i);
    labels += fmt::format("{}{{{}}}", i == 0 ? "" : ",", latex_escape(data.categories[i]));
  }
  return fmt::format("  {0}tick={{{1}}}, {0}ticklabels={{{2}}},\n", axis, numbers, labels);
}

/// Where the axis of numbers ends: intervals over few repetitions may go far beyond what is to be seen.
double end_of(const FigureData& data) {
  double most = 0;
  double reach = 0;
  for (const FigureSeries& series : data.series)
    for (const FigurePoint& point : series.points) {
      most = std::max(most, point.y);
      reach = std::max(reach, point.y_95 ? point.y_95->high : point.y);
    }
  if (data.chart == "ratios") return std::min(std::max(reach, 10.0), kMostChange);
  return std::min(reach, kMostTimes * most);
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.10g}", value) : "nan"; }

std::string axis_options(const FigureData& data) {
  std::string out = "  width=0.98\\columnwidth, height=0.65\\columnwidth, font=\\footnotesize,\n";
  if (is_horizontal(data)) {
    const FigureAxis& numbers = data.chart == "ratios" ? data.x : data.y;
    // pgfplots does not count long names to the width: axis and names get their parts of the column.
    out = fmt::format(
        "  scale only axis, width=0.5\\columnwidth, height={:.1f}cm, font=\\footnotesize,\n"
        "  yticklabel style={{text width=0.38\\columnwidth, align=right}},\n",
        1 + 0.7 * static_cast<double>(data.categories.size()));
    out += "  y dir=reverse, enlarge y limits={abs=0.6},\n" + places(data, 'y');
    out += fmt::format("  xlabel={{{}}},\n", latex_escape(numbers.text()));
    out += is_stacked(data)
               ? "  xbar stacked, xmin=0, bar width=6pt,\n"
               : "  xmin=-100, xmax=" + number(end_of(data)) + ", restrict x to domain*=-100:" + number(end_of(data)) +
                     ", extra x ticks={0}, extra x tick labels={}, extra x tick style={grid=major, grid "
                     "style={black}},\n";
  } else {
    out += fmt::format("  xlabel={{{}}}, ylabel={{{}}},\n", latex_escape(data.x.text()), latex_escape(data.y.text()));
    if (data.x.is_log) out += "  xmode=log,\n";
    if (is_bars(data))
      out += "  ybar, bar width=7pt, enlarge x limits={abs=0.6}, x tick label style={rotate=45, anchor=east},\n" +
             places(data, 'x');
    out += "  ymajorgrids, ymin=0, ymax=" + number(end_of(data)) + ",\n";
  }
  if (data.is_emulated)
    out += fmt::format("  title={{\\itshape emulated}}, title style={{font=\\footnotesize, yshift={}}},\n",
                       data.series.size() > 1 ? "1.6em" : "0pt");
  return out + "  legend style={at={(0.5,1)}, yshift=2pt, anchor=south, legend columns=-1, draw=none},\n";
}

std::string plot(const FigureData& data, std::size_t i, const std::string& name) {
  std::string options = fmt::format("sriov{}", i % kColours.size() + 1);
  std::string columns = "x=x, y=y";
  if (data.series[i].name == "idle") options = "lightgray";
  if (is_bars(data)) {
    options += ", fill, draw=black, area legend";
    if (const std::string_view pattern = kPatterns[i % kPatterns.size()]; !pattern.empty() && options[0] == 's')
      options += fmt::format(", postaction={{pattern={}, pattern color=white}}", pattern);
  } else {
    options += fmt::format(", thick, {}", kDashes[i % kDashes.size()]);
    const bool marked = data.chart == "scaling" || data.chart == "ratios";
    options += marked ? fmt::format(", mark={}, mark options=solid", kMarks[i % kMarks.size()]) : ", no marks";
  }
  if (data.chart == "latency-ecdf") options += ", const plot";
  if (data.chart == "ratios") options += ", only marks";
  const bool has_intervals = data.chart != "latency-ecdf" && data.chart != "timeline" && !is_stacked(data);
  const char direction = data.chart == "ratios" ? 'x' : 'y';
  if (is_horizontal(data)) columns = "x=y, y=x";
  if (has_intervals) {
    options += fmt::format(", error bars/.cd, {0} dir=both, {0} explicit, error bar style={{solid}}", direction);
    columns += fmt::format(", {0} error plus=plus, {0} error minus=minus", direction);
  }
  std::string out = fmt::format("\\addplot[{}] table[{}] {{{}-{}.dat}};\n", options, columns, name, i + 1);
  if (data.series.size() > 1) out += fmt::format("\\addlegendentry{{{}}}\n", latex_escape(data.series[i].name));
  return out;
}

}  // namespace

std::string latex_escape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else if (std::string_view("#$%&_{}").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (c == '\\') {
      out += "\\textbackslash{}";
    } else if (c == '~' || c == '^') {
      out += c == '~' ? "\\textasciitilde{}" : "\\textasciicircum{}";
    } else if (text.substr(i).starts_with("µ")) {
      out += "\\ensuremath{\\mu}";
      ++i;
    } else {
      out += c;
    }
  }
  return out;
}

std::string series_table(const FigureData& data, std::size_t series) {
  std::string out = data.categories.empty() ? "x y low high minus plus\n" : "x y low high minus plus place\n";
  // TeX cannot count far: whiskers end beyond the edge of the picture, where they are cut anyway.
  const double edge = 2 * end_of(data);
  for (const FigurePoint& point : data.series.at(series).points) {
    const double low = point.y_95 ? point.y_95->low : NAN;
    const double high = point.y_95 ? point.y_95->high : NAN;
    // Error bars of unknown length are not drawn: 0, where low and high say nan.
    fmt::format_to(std::back_inserter(out), "{} {} {} {} {} {}", number(point.x), number(point.y), number(low),
                   number(high), number(point.y_95 ? std::min(point.y - low, std::max(edge, point.y)) : 0),
                   number(point.y_95 ? std::max(0.0, std::min(high, edge) - point.y) : 0));
    if (!data.categories.empty())
      out += fmt::format(" {{{}}}", latex_escape(data.categories.at(static_cast<std::size_t>(point.x))));
    out += '\n';
  }
  return out;
}

std::string pgfplots_picture(const FigureData& data, const std::string& name) {
  std::string title = data.title + (data.is_emulated ? " (emulated)" : "");
  for (char& c : title)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  std::string out = fmt::format("% {}\n% {}\n", title, data.note);
  out += "% Needs \\usepackage{pgfplots} \\pgfplotsset{compat=1.18} \\usetikzlibrary{patterns} in the preamble.\n";
  for (std::size_t i = 0; i < data.series.size() && i < kColours.size(); ++i)
    out += fmt::format("\\definecolor{{sriov{}}}{{HTML}}{{{}}}\n", i + 1, kColours[i]);
  out += "\\begin{tikzpicture}\n\\begin{axis}[\n" + axis_options(data) + "]\n";
  for (std::size_t i = 0; i < data.series.size(); ++i) out += plot(data, i, name);
  return out + "\\end{axis}\n\\end{tikzpicture}\n";
}

}  // namespace sriov
