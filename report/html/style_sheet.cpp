#include "report/html/sections.h"

namespace sriov::html {

std::string style_sheet() {
  return R"(:root { color-scheme: light dark; --rule: #c4c4c4; --quiet: #595959; --box: #f4f4f4; --warn: #8a3c00; }
@media (prefers-color-scheme: dark) {
  :root { --rule: #4a4a4a; --quiet: #b0b0b0; --box: #202020; --warn: #ffb070; }
}
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { margin-bottom: 0; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--rule); }
p.lead, figcaption, caption, .quiet { color: var(--quiet); }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
a { color: LinkText; }
.emulated, ul.caveats { border-left: .3rem solid var(--warn); background: var(--box); padding: .5rem 1rem; }
ul.caveats { padding-left: 2rem; }
ul.verdicts li { margin: .3rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .2rem 0; }
th, td { padding: .15rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; }
tbody th { font-weight: 400; }
.numbers td, .numbers thead th { text-align: right; white-space: nowrap; }
.numbers thead th:first-child { text-align: left; }
.numbers tr > :last-child { text-align: left; white-space: normal; }
td.better, td.worse, td.higher, td.lower { font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1.5rem; align-items: start; }
figure { margin: 0; break-inside: avoid; }
figure svg { width: 100%; height: auto; }
figcaption { font-size: .9rem; }
details { margin: .6rem 0; }
summary { cursor: pointer; }
pre { background: var(--box); padding: .7rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --rule: #999; --quiet: #333; --box: #fff; --warn: #000; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav { display: none; }
  .wide { overflow: visible; }
  .figures { grid-template-columns: 1fr 1fr; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, h3 { break-after: avoid; }
  .numbers td, .numbers thead th { white-space: normal; }
}
)";
}

}  // namespace sriov::html
