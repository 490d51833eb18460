<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>ComparePage</name>
    <message>
        <source>Verdicts and caveats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marks what papers report of the same paths and metric: other machines, in no verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparison: a line a metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;hart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Baseline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Con&amp;dition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Published numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Condition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Factor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A recording has no levels to put side by side. Open an experiment&apos;s run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bear in mind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Latency curve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Latency boxes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Over time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CPU time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By a number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind of chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Factor whose levels are compared, by colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level that changes are against</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Condition: levels of the other factors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Factor with a chart for each of its levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Factor on the axis, where numbers are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ublished</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DoctorPage</name>
    <message>
        <source>&amp;Look again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report of the doctor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at this machine…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Doctor</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EnvironmentPage</name>
    <message>
        <source>Facts that differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter of the facts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Environments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The environments cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>testbed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at the beginning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only one of the runs has this machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing changed on this machine while it was measured. Two runs that are open together can be compared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both are alike in all that was looked at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run at the left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run at the right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Facts that changed while it was measured: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Facts that differ: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindingsPage</name>
    <message>
        <source>Findings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File &gt; Read again begins anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All trials are looked through.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Looks at the results of sriov-bench runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run directories that `sriov-bench run -o DIR` wrote, or a folder of such.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List the charts and exit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write CHART and exit; needs no display.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the figures of a JSON list and exit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run directory, as DIR is; --export and --batch need it; may be repeated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File for --export: .svg, .pdf or .png.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the chart shows (names as in compare --json).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose levels are compared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level that changes are against.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Levels of other factors: &apos;workload=tcp_rr guests=2&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width in mm: 85 is a column of a two-column paper, 178 both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the text in points.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch a machine as it is now: [NAME=]local:, ssh:… or exec:…; may be repeated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>colour (safe for colour-blind readers) or greyscale.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light ink on dark paper.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InterruptPage</name>
    <message>
        <source>&amp;Trial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupt map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>IotlbPage</name>
    <message>
        <source>IOTLB reach</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LiveStrips</name>
    <message>
        <source>Follow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Machines to watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time between two samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the last minute. Zooming or moving pauses; samples are kept all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the agents told</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples as they come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time since watching began (s)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start watches the machines above: local: is this one, ssh:root@host another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Separated by spaces: local:, NAME=ssh:user@host, &quot;exec:COMMAND WORDS&quot;</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open in the pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trial under way is given up; those before it are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs what the directory lacks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows a run that another process writes to the directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trials that have ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the run tells</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>KEY=VALUE …, such as duration=2s factors.path=vf,netfront</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Experiments (*.toml)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Experiment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Testbed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Overrides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty: the experiment&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testbed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overrides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Directory of the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%v of %m trials</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 on %2: %3 of %4 trials valid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Emulated: times and rates are not hardware&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About %1 left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The testbed is being made ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start runs the experiment as sriov-bench run does; Follow shows a run of somebody else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show &amp;samples while a trial runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As run --live: about once a second the samples so far are fetched from every machine, which costs all of
them together some tenths of a per cent of a CPU (emulated ones more). Untick it for results of which
that may matter; strips come when a trial has ended then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunSet</name>
    <message>
        <source>Opening %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunsPage</name>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking into %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No folder is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File &gt; Open folder of runs… lists what `sriov-bench run -o DIR` wrote below a folder. Folders and runs can also be dragged here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter: any word of a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter of the runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No runs here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no run.sqlite in %1 and the folders below it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Open %n together</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Runs in %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScalingPage</name>
    <message>
        <source>&amp;Axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Con&amp;dition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scaling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>throughput or transactions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TimeLinePage</name>
    <message>
        <source>Trial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples over time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time since the trial began (s)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is shown: tick strips in the list at the top right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no time line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::ChartPage</name>
    <message>
        <source>Findings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to draw</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A recording has no levels. Open an experiment&apos;s run.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::ComparisonModel</name>
    <message>
        <source>Metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::EnvironmentModel</name>
    <message>
        <source>absent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fact</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::ExportDialog</name>
    <message>
        <source>mm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light on &amp;dark, for slides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With its &amp;title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its &amp;numbers too, as CSV beside it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the figure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>85 mm is a column of a two-column paper, 178 mm are both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours, safe for colour-blind readers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Greyscale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Palette</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Te&amp;xt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Palette</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File (.svg, .pdf, .png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SVG (*.svg);;PDF (*.pdf);;PNG (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::FigureGrid</name>
    <message>
        <source>Chart: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::MainWindow</name>
    <message>
        <source>sriov-bench</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What could not be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 - sriov-bench</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not open: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a run directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder of runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open run…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add run to those that are open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;folder of runs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export figure…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export &amp;table…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show &amp;all: no zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the &amp;desktop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>D&amp;ark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About sriov-bench</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About sriov-bench</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt;b&gt;sriov-bench %1&lt;/b&gt;&lt;p&gt;Measures and tunes SR-IOV networking on Xen: virtual functions against paravirtual devices.&lt;/p&gt;&lt;p&gt;This program links Qt Charts and is distributed under the terms of the GNU General Public License, version 3.&lt;/p&gt;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the figure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::Page</name>
    <message>
        <source>Open run…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a directory that `sriov-bench run -o DIR` wrote, drag it here, or choose one on the page Runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This could not be opened</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::ProgressModel</name>
    <message>
        <source>Trial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repetition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it went</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Took</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::RunCommand</name>
    <message>
        <source>All trials are valid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something in the form is wrong: see below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine lacks something: see below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No trial is valid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped early, or some trials failed; what was done is kept. Resume finishes it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It failed (exit code %1): see below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It crashed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sriov-bench cannot be started: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::RunStripsView</name>
    <message>
        <source>Newest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trial whose samples are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the last minute. Zooming or moving pauses; samples are kept all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show everything that was seen of this run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples of the run as they come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time since the first trial shown began (s)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trial %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run is over; last trial seen: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run was cut off in trial %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> (attempt %1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> – emulated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strips come a second or two after the traffic of a trial has begun.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run is over: the page Time line has the strips of its trials.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This run shows no samples while a trial runs: the page Time line has a trial&apos;s strips when it has ended. To see them as they come, start a run with the box above, or with sriov-bench run --live.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strips of the trial under way come here when a run is started with the box above.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::RunsModel</name>
    <message>
        <source>real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>emulated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>emulated (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 valid, %2 invalid or failed, %3 planned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It did not end: sriov-bench run --resume goes on with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click to edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testbed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hardware</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trials ok</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sriov::gui::StripChooser</name>
    <message>
        <source>Strips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strips that are shown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
