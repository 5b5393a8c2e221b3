import { dark, light } from '../../view/palette.ts'

/** The look of a report: calm, one column, light or dark as the reader likes it. */
export const style = `
:root { color-scheme: light dark; --ink: ${light.ink}; --quiet: ${light.quiet}; --paper: ${light.paper}; --line: ${light.boxLine}; --note: ${light.parameter}; }
@media (prefers-color-scheme: dark) {
:root { --ink: ${dark.ink}; --quiet: ${dark.quiet}; --paper: ${dark.paper}; --line: ${dark.boxLine}; --note: ${dark.parameter}; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; }
header p { margin: .25rem 0; color: var(--quiet); }
header .verdict { color: var(--ink); font-size: 1.15rem; }
section { margin-top: 2.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.figures { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
figure svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; max-width: 100%; }
.findings { margin: 0; padding: .75rem 1rem .75rem 2rem; background: var(--note); border-radius: 6px; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
.mistakes.images { grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); }
.mistakes p { margin: .35rem 0 0; overflow-wrap: anywhere; }
.mistakes small { display: block; color: var(--quiet); }
.mistakes dl { display: grid; grid-template-columns: 1fr auto; gap: 0 .75rem; margin: 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
.mistakes dt { color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mistakes dd { margin: 0; text-align: right; }
.image { width: 6rem; height: 6rem; border-radius: 4px; display: block; }
table { border-collapse: collapse; }
th { text-align: left; font-weight: 600; vertical-align: top; }
.layers th { padding: .25rem .75rem .25rem 0; font-size: .85rem; }
.layers td { padding: 0 .75rem .5rem 0; }
.settings th, .settings td { padding: .2rem 1.25rem .2rem 0; font-size: .9rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.settings td { font-family: ui-monospace, monospace; }
pre { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
`
