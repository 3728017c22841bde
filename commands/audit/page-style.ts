/** Every text has a contrast of at least 4.5 against each of its backgrounds; a test computes it. */
const LIGHT = `
  --ground: #ffffff; --text: #1b1f24; --quiet: #525b66; --line: #c5ccd4; --head: #f0f2f5; --link: #0b4fb3;
  --live: #0c5c2c; --live-ground: #eaf6ee;
  --missing: #a3101c; --missing-ground: #fdebec;
  --overdue: #7d4200; --overdue-ground: #fff1dc;
  --undeclared: #6a2aa5; --undeclared-ground: #f5edfc;
  --unknown: #4a525c; --unknown-ground: #eff1f3;`;

const DARK = `
  --ground: #14171b; --text: #e8ebee; --quiet: #aab3bd; --line: #424b55; --head: #1f242a; --link: #8fbcff;
  --live: #7fd89b; --live-ground: #14281b;
  --missing: #ffa3a8; --missing-ground: #3a171a;
  --overdue: #ffc069; --overdue-ground: #35260f;
  --undeclared: #d4adff; --undeclared-ground: #2c1d3c;
  --unknown: #bcc4cc; --unknown-ground: #262b31;`;

const KINDS = ["live", "missing", "overdue", "undeclared", "unknown"].map(
  (kind) => `.${kind} { --ink: var(--${kind}); --tint: var(--${kind}-ground); }`,
);

/** The page's only style sheet. It has no animations. */
export const STYLE = `
:root { color-scheme: light dark;${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root {${DARK} } }
${KINDS.join("\n")}
.perhaps { --ink: var(--unknown); --tint: var(--unknown-ground); }
html { scroll-padding-top: 5rem; }
body { margin: 0; padding: 1rem 1.5rem 4rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.3rem; }
h3 { display: inline; font-size: 1.05rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
:target { outline: 3px dashed var(--text); outline-offset: -3px; }
code, pre { font: .92em ui-monospace, monospace; white-space: pre-wrap; unicode-bidi: isolate; }
pre { margin: .5rem 0; padding: .5rem .75rem; background: var(--head); }
b[class] { padding: 0 .4em; border: 1px solid var(--ink); border-radius: .3em; background: var(--tint);
  color: var(--ink); white-space: nowrap; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin: 0; padding: 0; list-style: none; }
details { margin: .75rem 0; }
summary { padding: .25rem 0; cursor: pointer; }
.scroll { overflow: auto; width: fit-content; max-width: 100%; max-height: 70vh; box-sizing: border-box;
  scroll-padding: 5rem 0 0 14rem; border: 1px solid var(--line); }
table { border-spacing: 0; font-size: .875rem; }
caption { padding: .4rem .6rem; color: var(--quiet); text-align: left; }
th, td { min-width: 15rem; max-width: 22rem; padding: .4rem .6rem; border: solid var(--line);
  border-width: 1px 0 0 1px; text-align: left; vertical-align: top; }
/* A link to a cell also shows the head of its column. */
td { scroll-margin-top: calc(60vh - 5rem); background: var(--tint, var(--ground));
  box-shadow: inset .25rem 0 var(--ink, transparent); }
td:not([class]) { color: var(--quiet); }
th { background: var(--head); }
thead th { position: sticky; top: 0; z-index: 1; }
th:first-child { position: sticky; left: 0; min-width: 12rem; max-width: 12rem; }
thead th:first-child { z-index: 2; }
@media (max-width: 40rem) {
  body { padding: .75rem .75rem 3rem; }
  th, td { min-width: 11rem; }
  th:first-child { min-width: 6rem; max-width: 6rem; }
  .scroll { scroll-padding-left: 8rem; }
}
/* On a low screen the cells need the whole height. */
@media (max-height: 25rem) { thead th { position: static; } }
@media print {
  :root { color-scheme: light; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  /* In print, the cells of a row wrap, and each cell shows its column's head. */
  thead { display: none; }
  table, caption, tbody { display: block; }
  tr { display: flex; flex-wrap: wrap; }
  th:first-child { position: static; flex: 0 0 100%; max-width: none; box-sizing: border-box; }
  td { flex: 0 1 13rem; min-width: 0; break-inside: avoid; }
  td::before { content: attr(data-column); display: block; font-weight: bold; }
}
`;
