/** The editor in the colours of the page. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const mono = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'

const rules = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', background: 'var(--panel)', fontSize: '14px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: mono, lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '12px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 16px 0 8px' },
  '.cm-gutters': { background: 'var(--panel)', color: 'var(--quiet)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 10px', minWidth: '30px' },
  '.cm-gutter-lint': { width: '18px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '4px 1px' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'var(--raised)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--accent) 24%, transparent)' },
  '&.cm-focused .cm-matchingBracket': {
    background: 'none',
    outline: '1px solid var(--quiet)',
  },
  '.cm-tooltip': {
    background: 'var(--panel)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow)',
    maxWidth: 'min(440px, 94vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: mono,
    maxHeight: 'none',
    borderRadius: '7px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    gap: '16px',
    padding: '4px 10px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent)',
    color: 'var(--accent-ink)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    fontStyle: 'normal',
    color: 'var(--quiet)',
    paddingLeft: '12px',
  },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-tooltip.cm-completionInfo': { padding: '0', width: 'max-content' },
  '.cm-about': { padding: '8px 12px', maxWidth: 'min(420px, 80vw)' },
  '.cm-about code': { fontFamily: mono, fontSize: '12.5px', overflowWrap: 'anywhere' },
  '.cm-about p': { margin: '6px 0 0', fontFamily: 'system-ui, sans-serif', fontSize: '14px' },
  '.cm-diagnostic': {
    padding: '8px 12px',
    fontFamily: 'system-ui, sans-serif',
    fontSize: '14px',
    overflowWrap: 'anywhere',
  },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--backward)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--cr-parameter-line)' },
  '.cm-diagnosticAction': {
    font: 'inherit',
    color: 'var(--accent-ink)',
    background: 'var(--accent)',
    borderRadius: '6px',
    padding: '3px 10px',
  },
  '.cm-panels': { background: 'var(--panel)', color: 'var(--ink)' },
})

/** Bold and italic beside colour: it is never the only sign. */
const highlighting = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.modifier, tags.operatorKeyword],
    color: 'var(--forward)',
    fontWeight: '600',
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--backward)' },
  { tag: [tags.comment, tags.meta], color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className], color: 'var(--code-type)' },
  { tag: [tags.punctuation, tags.bracket, tags.operator], color: 'var(--quiet)' },
])

export const look: Extension = [rules, syntaxHighlighting(highlighting)]
