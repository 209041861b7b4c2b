/** The looks of the page that explains an order, in light and in dark. */
export const explanationStyle = `
:root {
  color-scheme: light dark;
  --ink: #1b2430; --soft: #5b6776; --line: #dce2ea; --paper: #f6f8fb; --card: #ffffff; --code: #eef2f7;
  --good: #14804a; --bad: #c0302b; --ended: #8f5a00; --waiting: #2b62c4; --told: #8793a3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e9f0; --soft: #98a5b6; --line: #2c3644; --paper: #10151c; --card: #18202a; --code: #222c39;
    --good: #4fc98a; --bad: #ff7b74; --ended: #e8b04a; --waiting: #7fabff; --told: #78869a;
  }
}
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0; letter-spacing: -0.01em; }
header { display: flex; gap: 0.75rem; align-items: center; flex-wrap: wrap; }
a { color: inherit; }
code, .number { font-family: ui-monospace, monospace; font-size: 0.92em; }
.badge { border-radius: 99px; padding: 0.1rem 0.7rem; font-size: 0.8rem; font-weight: 600; border: 1.5px solid currentColor; }
.good { color: var(--good); } .bad { color: var(--bad); } .ended { color: var(--ended); }
.waiting { color: var(--waiting); } .told { color: var(--told); }
.conclusion { font-size: 1.1rem; margin: 0.6rem 0 1rem; }
.terms { display: flex; flex-wrap: wrap; gap: 0.4rem 1.6rem; margin: 0 0 1.2rem; padding: 0; }
.terms div { min-width: 5rem; }
dt, .label { color: var(--soft); font-size: 0.78rem; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
figure { margin: 0 0 1.6rem; padding: 1rem; overflow-x: auto; }
.picture { display: block; width: 100%; min-width: 40rem; font: 12px system-ui, sans-serif; }
.picture text { fill: var(--soft); } .picture text.record { text-anchor: middle; font-size: 11px; }
.picture line.lane { stroke: var(--line); stroke-width: 1; } .picture line.record { stroke: var(--line); stroke-dasharray: 2 4; }
.picture circle { fill: currentColor; }
.note { border-left: 3px solid var(--waiting); padding: 0.1rem 0.8rem; margin: 0.5rem 0; color: var(--soft); }
.records { list-style: none; margin: 1.5rem 0 0; padding: 0; border-left: 2px solid var(--line); }
.records > li { position: relative; padding: 0 0 1.4rem 1.4rem; }
.records > li::before { content: ""; position: absolute; left: -7px; top: 0.45rem; width: 12px; height: 12px; border-radius: 50%; background: var(--card); border: 2px solid var(--soft); }
.record { display: flex; gap: 0.8rem; align-items: baseline; flex-wrap: wrap; margin-bottom: 0.5rem; color: var(--soft); font-size: 0.85rem; }
.record b { color: var(--ink); font-size: 0.95rem; }
.fact { padding: 0.7rem 1rem; margin-bottom: 0.5rem; }
.fact p { margin: 0; overflow-wrap: anywhere; }
.kind { font-size: 0.72rem; font-weight: 700; letter-spacing: 0.05em; }
.kind.told, td.told { color: var(--soft); }
.number { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin-top: 0.6rem; font-size: 0.9rem; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 0.78rem; }
th, td { padding: 0.25rem 0.8rem 0.25rem 0; border-top: 1px solid var(--line); vertical-align: top; }
tr:first-child th { border-top: 0; }
td.amount, th.amount { text-align: right; white-space: nowrap; padding-right: 0; }
td.amount { font-family: ui-monospace, monospace; }
.looked { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; }
summary { cursor: pointer; color: var(--soft); font-size: 0.85rem; margin-top: 0.5rem; }
footer { color: var(--soft); font-size: 0.85rem; margin-top: 2rem; }
`;
